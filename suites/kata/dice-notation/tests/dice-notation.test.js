import test from 'node:test';
import assert from 'node:assert/strict';
import { range } from '../dice.js';

test("plain", () => {
  assert.deepEqual(range('2d8'), [2, 16]);
  assert.deepEqual(range('d6+1'), [2, 7]);
  assert.deepEqual(range('12'), [12, 12]);
});

test("minus dice", () => {
  assert.deepEqual(range('1d6-2d4'), [-7, 4]);
  assert.deepEqual(range('10 - d% '), [-90, 9]);
});

test("keep", () => {
  assert.deepEqual(range('5d10k2'), [2, 20]);
  assert.deepEqual(range('2d6k3'), [2, 12]);
});

test("fudge and factors", () => {
  assert.deepEqual(range('4dF+1'), [-3, 5]);
  assert.deepEqual(range('d6*100-d4*10'), [60, 590]);
});

test("no dice", () => {
  for (const bad of ['', 'x', '2d', '3d6+', '+3', '2d6k', 'd6**2', '1.5d6']) assert.throws(() => range(bad), SyntaxError, bad);
});
