import test from 'node:test';
import assert from 'node:assert/strict';
import { build, parse } from '../query.js';

test("parses", () => {
  assert.deepEqual({ ...parse('?a=1&b=x+y&c&&d=%26') }, { a: '1', b: 'x y', c: true, d: '%26' });
});

test("repeats", () => {
  assert.deepEqual({ ...parse('a=1&b=2&a=3&a=4') }, { a: ['4', '3', '1'], b: '2' });
});
