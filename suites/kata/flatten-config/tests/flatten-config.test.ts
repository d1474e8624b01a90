import test from 'node:test';
import assert from 'node:assert/strict';
import { flatten } from '../flatten.ts';

test("nested", () => {
  assert.deepEqual(flatten({ a: { b: 1, c: { d: 'x' } }, e: true }), { 'a.b': 1, 'a.c.d': 'x', e: true });
});

test("lists", () => {
  assert.deepEqual(flatten({ a: [7, { b: 8 }, [9]] }), { 'a[0]': 7, 'a[1].b': 8, 'a[2][0]': 9 });
});

test("null", () => {
  assert.deepEqual(flatten({ a: null, b: { c: null } }), { a: null, 'b.c': null });
});

test("empty", () => {
  assert.deepEqual(flatten({ a: {}, b: { c: [] } }), { a: {}, 'b.c': [] });
  assert.deepEqual(flatten({}), {});
});
