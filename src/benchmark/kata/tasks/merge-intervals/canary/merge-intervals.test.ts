import test from 'node:test';
import assert from 'node:assert/strict';
import { free } from '../calendar.ts';

test("plain", () => {
  assert.deepEqual(free([[10, 20]], 0, 30), [[0, 10], [21, 30]]);
  assert.deepEqual(free([], 0, 30), [[0, 30]]);
  assert.deepEqual(free([], 5, 5), []);
});

test("any order", () => {
  assert.deepEqual(free([[20, 25], [5, 10]], 0, 30), [[0, 5], [25, 30]]);
});
