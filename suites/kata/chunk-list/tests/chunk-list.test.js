import test from 'node:test';
import assert from 'node:assert/strict';
import { chunk, chunkBy } from '../chunk.js';

test("chunks", () => {
  assert.deepEqual(chunk([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
  assert.deepEqual(chunk([], 3), []);
});

test("keeps neighbours together", () => {
  assert.deepEqual(chunkBy([1, 3, 2, 4, 5], (n) => n % 2), [[1, 3], [2, 4], [5]]);
  assert.deepEqual(chunkBy([], (n) => n), []);
});

test("input stays", () => {
  const items = [3, 1, 2];
  chunk(items, 2);
  chunkBy(items, (n) => n);
  assert.deepEqual(items, [3, 1, 2]);
});

test("bad sizes", () => {
  for (const size of [0, -1, 1.5, Number.NaN]) assert.throws(() => chunk([1], size), RangeError);
});
