import test from 'node:test';
import assert from 'node:assert/strict';
import { Cache } from '../cache.ts';

function made(capacity: number, ttl = 100) {
  const clock = { time: 0 };
  return { clock, cache: new Cache<string, unknown>(capacity, ttl, () => clock.time) };
}

test("keeps and forgets", () => {
  const { cache } = made(2);
  cache.set('a', 1);
  cache.set('b', 2);
  assert.equal(cache.get('a'), 1);
  cache.set('c', 3);
  assert.equal(cache.get('b'), undefined);
  assert.equal(cache.get('a'), 1);
  assert.equal(cache.get('c'), 3);
});

test("expires", () => {
  const { cache, clock } = made(2);
  cache.set('a', 1);
  clock.time = 99;
  assert.equal(cache.get('a'), 1);
  clock.time = 100;
  assert.equal(cache.get('a'), undefined);
  assert.equal(cache.has('a'), false);
});

test("expired ones go first", () => {
  const { cache, clock } = made(2);
  cache.set('old', 1);
  clock.time = 50;
  cache.set('new', 2);
  clock.time = 90;
  cache.get('old');
  clock.time = 120;
  cache.set('third', 3);
  assert.equal(cache.get('new'), 2);
});

test("size", () => {
  const { cache, clock } = made(5);
  cache.set('a', 1);
  cache.set('a', 2);
  assert.equal(cache.size, 1);
  clock.time = 200;
  assert.equal(cache.size, 0);
});

test("undefined and has", () => {
  const { cache } = made(2);
  cache.set('a', undefined);
  assert.equal(cache.has('a'), true);
  cache.set('b', 1);
  cache.has('a');
  cache.set('c', 1);
  assert.equal(cache.has('a'), false);
  assert.equal(cache.has('b'), true);
});

test("no capacity", () => {
  const { cache } = made(0);
  cache.set('a', 1);
  assert.equal(cache.has('a'), false);
  assert.equal(cache.size, 0);
});
