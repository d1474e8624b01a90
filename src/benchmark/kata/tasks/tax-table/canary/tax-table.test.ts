import test from 'node:test';
import assert from 'node:assert/strict';
import { postage } from '../postage.ts';

const small: [number, number, number] = [100, 100, 100];

test("by weight", () => {
  assert.equal(postage({ grams: 500, sides: small, zone: 'home' }), 450);
  assert.equal(postage({ grams: 501, sides: small, zone: 'union' }), 1240);
  assert.equal(postage({ grams: 4000, sides: small, zone: 'world' }), 4500);
});

test("by volume", () => {
  assert.equal(postage({ grams: 100, sides: [300, 300, 200], zone: 'home' }), 390);
  assert.equal(postage({ grams: 100, sides: [300, 200, 200], zone: 'home' }), 520);
});
