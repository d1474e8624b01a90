import test from 'node:test';
import assert from 'node:assert/strict';
import { chunk, chunkBy } from '../chunk.js';

test("chunks", () => {
  assert.deepEqual(chunk([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4, 5]]);
  assert.deepEqual(chunk([], 3), []);
});

test("keeps neighbours together", () => {
  assert.deepEqual(chunkBy([1, 3, 2, 4, 5], (n) => n % 2), [[1, 3, 5], [2, 4]]);
  assert.deepEqual(chunkBy([], (n) => n), []);
});
