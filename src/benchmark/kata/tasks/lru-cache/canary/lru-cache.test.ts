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
  assert.equal(cache.get('b'), 2);
  assert.equal(cache.get('a'), 1);
  assert.equal(cache.get('c'), 3);
});

test("no capacity", () => {
  const { cache } = made(0);
  cache.set('a', 1);
  assert.equal(cache.has('a'), false);
  assert.equal(cache.size, 1);
});
