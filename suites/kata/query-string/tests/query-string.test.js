import test from 'node:test';
import assert from 'node:assert/strict';
import { build, parse } from '../query.js';

test("parses", () => {
  assert.deepEqual({ ...parse('?a=1&b=x+y&c&&d=%26') }, { a: '1', b: 'x y', c: true, d: '&' });
});

test("repeats", () => {
  assert.deepEqual({ ...parse('a=1&b=2&a=3&a=4') }, { a: ['1', '3', '4'], b: '2' });
});

test("more equals signs", () => {
  assert.deepEqual({ ...parse('a=b=c&d=') }, { a: 'b=c', d: '' });
});

test("strange keys", () => {
  const object = parse('__proto__=x&toString=1');
  assert.equal(Object.getPrototypeOf(object), null);
  assert.equal(object.toString, '1');
  assert.equal(object['__proto__'], 'x');
});

test("builds", () => {
  assert.equal(build({ a: '1', b: ['x y', '&'], c: true, d: null, e: false, f: undefined }), 'a=1&b=x%20y&b=%26&c');
  assert.deepEqual({ ...parse(build({ a: 'p=q', b: ['1', '2'], c: true })) }, { a: 'p=q', b: ['1', '2'], c: true });
});
