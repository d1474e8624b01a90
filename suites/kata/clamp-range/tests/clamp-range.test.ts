import test from 'node:test';
import assert from 'node:assert/strict';
import { page, pageCount } from '../pages.ts';

test("counts pages", () => {
  assert.equal(pageCount(10, 5), 2);
  assert.equal(pageCount(11, 5), 3);
  assert.equal(pageCount(0, 5), 1);
});

test("cuts pages", () => {
  assert.deepEqual(page([1, 2, 3, 4, 5], 1, 2), [1, 2]);
  assert.deepEqual(page([1, 2, 3, 4, 5], 3, 2), [5]);
});

test("nearest page", () => {
  assert.deepEqual(page([1, 2, 3, 4, 5], 9, 2), [5]);
  assert.deepEqual(page([1, 2, 3, 4, 5], 0, 2), [1, 2]);
  assert.deepEqual(page([], 4, 2), []);
});
