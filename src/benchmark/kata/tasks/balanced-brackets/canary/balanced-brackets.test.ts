import test from 'node:test';
import assert from 'node:assert/strict';
import { firstUnbalanced } from '../brackets.ts';

test("wrong closing", () => {
  assert.equal(firstUnbalanced('(]'), 1);
  assert.equal(firstUnbalanced('a)b'), 1);
  assert.equal(firstUnbalanced('([)]'), 3);
});

test("never closed", () => {
  assert.equal(firstUnbalanced('a(b'), 1);
  assert.equal(firstUnbalanced('(a[b{c}'), 0);
});
