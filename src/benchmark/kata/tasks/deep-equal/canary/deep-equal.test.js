import test from 'node:test';
import assert from 'node:assert/strict';
import { same } from '../same.js';

test("plain", () => {
  assert.ok(same(1, 1) && same('a', 'a') && same(Number.NaN, Number.NaN) && same(null, null));
  assert.ok(same(0, -0) && !same(null, undefined) && !same('1', 1) && !same({}, null));
});

test("special objects", () => {
  assert.ok(same(new Date(5), new Date(5)) && same(new Date('x'), new Date('x')) && same(/a/g, /a/g));
  assert.ok(same(/a/g, /a/i) && !same(new Date(5), new Date(6)));
  assert.ok(same(new Set([1, 2]), new Set([2, 1])) && same(new Map([[1, { a: 1 }]]), new Map([[1, { a: 1 }]])));
  assert.ok(!same(new Set([{}]), new Set([{}])) && !same(() => 1, () => 1));
});
