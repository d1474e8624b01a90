import test from 'node:test';
import assert from 'node:assert/strict';
import { same } from '../same.js';

test("plain", () => {
  assert.ok(same(1, 1) && same('a', 'a') && same(Number.NaN, Number.NaN) && same(null, null));
  assert.ok(!same(0, -0) && !same(null, undefined) && !same('1', 1) && !same({}, null));
});

test("nested", () => {
  assert.ok(same({ a: [1, { b: 2 }], c: 3 }, { c: 3, a: [1, { b: 2 }] }));
  assert.ok(!same({ a: 1 }, { a: 1, b: undefined }) && !same([1], [1, 2]) && !same([], {}));
});

test("missing keys and holes", () => {
  assert.ok(!same({ a: undefined }, { b: undefined }));
  assert.ok(!same([undefined], new Array(1)));
  assert.ok(!same(new Map([['a', undefined]]), new Map([['b', undefined]])));
});

test("symbols", () => {
  const key = Symbol('k');
  assert.ok(!same({ [key]: 1 }, { [key]: 2 }) && same({ [key]: 1 }, { [key]: 1 }));
});

test("special objects", () => {
  assert.ok(same(new Date(5), new Date(5)) && same(new Date('x'), new Date('x')) && same(/a/g, /a/g));
  assert.ok(!same(/a/g, /a/i) && !same(new Date(5), new Date(6)));
  assert.ok(same(new Set([1, 2]), new Set([2, 1])) && same(new Map([[1, { a: 1 }]]), new Map([[1, { a: 1 }]])));
  assert.ok(!same(new Set([{}]), new Set([{}])) && !same(() => 1, () => 1));
});

test("endless", () => {
  const a = { n: 1 };
  a.self = a;
  const b = { n: 1 };
  b.self = b;
  assert.ok(same(a, b));
  b.self = { n: 2, self: b };
  assert.ok(!same(a, b));
});
