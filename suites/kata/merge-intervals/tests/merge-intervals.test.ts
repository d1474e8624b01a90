import test from 'node:test';
import assert from 'node:assert/strict';
import { free } from '../calendar.ts';

test("plain", () => {
  assert.deepEqual(free([[10, 20]], 0, 30), [[0, 10], [20, 30]]);
  assert.deepEqual(free([], 0, 30), [[0, 30]]);
  assert.deepEqual(free([], 5, 5), []);
});

test("any order", () => {
  assert.deepEqual(free([[20, 25], [5, 10]], 0, 30), [[0, 5], [10, 20], [25, 30]]);
});

test("overlaps", () => {
  assert.deepEqual(free([[5, 20], [6, 8], [20, 22]], 0, 30), [[0, 5], [22, 30]]);
});

test("beyond the day", () => {
  assert.deepEqual(free([[-5, 3], [28, 40], [50, 60]], 0, 30), [[3, 28]]);
  assert.deepEqual(free([[-5, 60]], 0, 30), []);
});

test("no length", () => {
  assert.deepEqual(free([[10, 10]], 0, 30), [[0, 30]]);
});

test("mistakes", () => {
  assert.throws(() => free([[5, 4]], 0, 30), RangeError);
  assert.throws(() => free([], 3, 2), RangeError);
});
