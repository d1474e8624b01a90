import test from 'node:test';
import assert from 'node:assert/strict';
import { table } from '../table.ts';

test("texts", () => {
  assert.deepEqual(table([['ab', 'c'], ['d', 'efg']]), ['ab  c', '--  ---', 'd   efg']);
});

test("whole numbers", () => {
  assert.deepEqual(table([['n', 'name'], [100, 'x'], [7, 'y']]), ['  n  name', '---  ----', '100  x', '  7  y']);
});

test("decimals", () => {
  assert.deepEqual(table([['n'], [0.125], [3], [12.5]]), ['     n', '------', ' 0.125', ' 3.000', '12.500']);
});

test("mixed and missing", () => {
  assert.deepEqual(table([['a', 'b'], ['x'], [1, 2]]), ['a  b', '-  -', 'x', '1  2']);
  assert.deepEqual(table([['a', 'b']]), ['a  b', '-  -']);
});
