import test from 'node:test';
import assert from 'node:assert/strict';
import { firstUnbalanced } from '../brackets.ts';

test("balanced", () => {
  for (const text of ['', 'a(b)[c]{d}', '{[()]}', 'no brackets']) assert.equal(firstUnbalanced(text), -1);
});

test("wrong closing", () => {
  assert.equal(firstUnbalanced('(]'), 1);
  assert.equal(firstUnbalanced('a)b'), 1);
  assert.equal(firstUnbalanced('([)]'), 2);
});

test("never closed", () => {
  assert.equal(firstUnbalanced('a(b'), 1);
  assert.equal(firstUnbalanced('(a[b{c}'), 2);
});

test("quotes", () => {
  assert.equal(firstUnbalanced('(")")'), -1);
  assert.equal(firstUnbalanced('("\\")")'), -1);
  assert.equal(firstUnbalanced('"("]'), 3);
});
