import test from 'node:test';
import assert from 'node:assert/strict';
import { table } from '../table.ts';

test("texts", () => {
  assert.deepEqual(table([['ab', 'c'], ['d', 'efg']]), ['ab  c', '--  ---', 'd  efg']);
});

test("whole numbers", () => {
  assert.deepEqual(table([['n', 'name'], [100, 'x'], [7, 'y']]), ['  n  name', '---  ----', '100  x', '7    y']);
});
