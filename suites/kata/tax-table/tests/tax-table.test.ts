import test from 'node:test';
import assert from 'node:assert/strict';
import { postage } from '../postage.ts';

const small: [number, number, number] = [100, 100, 100];

test("by weight", () => {
  assert.equal(postage({ grams: 500, sides: small, zone: 'home' }), 390);
  assert.equal(postage({ grams: 501, sides: small, zone: 'union' }), 1240);
  assert.equal(postage({ grams: 4000, sides: small, zone: 'world' }), 3900);
});

test("by volume", () => {
  assert.equal(postage({ grams: 100, sides: [300, 300, 200], zone: 'home' }), 690);
  assert.equal(postage({ grams: 100, sides: [300, 200, 200], zone: 'home' }), 520);
});

test("bulky", () => {
  assert.equal(postage({ grams: 400, sides: [10, 1300, 10], zone: 'home' }), 590);
  assert.equal(postage({ grams: 400, sides: [1200, 10, 10], zone: 'home' }), 390);
});

test("not accepted", () => {
  assert.throws(() => postage({ grams: 6000, sides: small, zone: 'world' }), /^Error: not accepted$/);
  assert.throws(() => postage({ grams: 20001, sides: small, zone: 'home' }), /not accepted/);
  assert.throws(() => postage({ grams: 10, sides: [2001, 1, 1], zone: 'home' }), /not accepted/);
  assert.throws(() => postage({ grams: 0, sides: small, zone: 'home' }), /not accepted/);
});
