import test from 'node:test';
import assert from 'node:assert/strict';
import { applyChanges } from '../patch.ts';
import { parse, read } from '../pointer.ts';

test("pointers", () => {
  assert.deepEqual(parse(''), []);
  assert.deepEqual(parse('/a~1b/~01/'), ['a/b', '~1', '']);
  for (const bad of ['a', '/~2', '/a~']) assert.throws(() => parse(bad), SyntaxError);
  const d = { a: [1, { b: 2 }], '': 3 };
  assert.equal(read(d, '/a/1/b'), 2);
  assert.equal(read(d, '/'), undefined);
  assert.equal(read(d, '/a/01'), undefined);
  assert.equal(read(d, '/constructor'), undefined);
  assert.equal(read(d, '/a/length'), undefined);
});

test("optional", () => {
  assert.deepEqual(applyChanges({ a: 1 }, [{ op: 'remove', path: '/x', optional: true }, { op: 'add', path: '/b', value: 2 }]), { b: 2 });
  assert.deepEqual(applyChanges({ a: 1 }, [{ op: 'test', path: '/a', value: 2, optional: true }, { op: 'remove', path: '/a' }, { op: 'remove', path: '/x' }, { op: 'test', path: '/a', value: 1 }, { op: 'add', path: '/b', value: 2 }]), { b: 2 });
});
