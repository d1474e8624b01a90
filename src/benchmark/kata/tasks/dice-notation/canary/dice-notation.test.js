import test from 'node:test';
import assert from 'node:assert/strict';
import { range } from '../dice.js';

test("plain", () => {
  assert.deepEqual(range('2d8'), [2, 8]);
  assert.deepEqual(range('d6+1'), [2, 7]);
  assert.deepEqual(range('12'), [12, 12]);
});

test("keep", () => {
  assert.deepEqual(range('5d10k2'), [5, 50]);
  assert.deepEqual(range('2d6k3'), [2, 12]);
});
