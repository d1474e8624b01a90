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
  assert.equal(read(d, '/'), 3);
  assert.equal(read(d, '/a/01'), undefined);
  assert.equal(read(d, '/constructor'), undefined);
  assert.equal(read(d, '/a/length'), undefined);
});

test("add, remove and replace", () => {
  const d = { a: [1, 2] };
  assert.deepEqual(applyChanges(d, [{ op: 'add', path: '/a/1', value: 9 }, { op: 'add', path: '/a/-', value: 8 }, { op: 'add', path: '/b', value: { c: 1 } }, { op: 'remove', path: '/a/0' }, { op: 'replace', path: '/b/c', value: null }]), { a: [9, 2, 8], b: { c: null } });
  assert.deepEqual(d, { a: [1, 2] });
  assert.equal(applyChanges(d, [{ op: 'add', path: '', value: 5 }]), 5);
});

test("copies", () => {
  const value = { x: [1] };
  const result = applyChanges({}, [{ op: 'add', path: '/v', value }, { op: 'add', path: '/v/x/-', value: 2 }]);
  value.x.push(7);
  assert.deepEqual(result, { v: { x: [1, 2] } });
  const odd = applyChanges({}, [{ op: 'add', path: '/__proto__', value: { bad: 1 } }]) as object;
  assert.ok(Object.hasOwn(odd, '__proto__'));
  assert.equal(({} as Record<string, unknown>)['bad'], undefined);
});

test("what cannot be applied", () => {
  for (const change of [{ op: 'remove', path: '/x' }, { op: 'add', path: '/x/y', value: 1 }, { op: 'add', path: '/a/3', value: 1 }, { op: 'replace', path: '/a/2', value: 1 }, { op: 'remove', path: '' }, { op: 'add', path: '/n/y', value: 1 }, { op: 'fly', path: '/a' }, { op: 'remove', path: '/a/-' }])
    assert.throws(() => applyChanges({ a: [1, 2], n: 5 }, [{ op: 'test', path: '/n', value: 5 }, change]), (error: Error) => error.message.includes('2') && error.message.includes(change.path));
});

test("move and test", () => {
  assert.deepEqual(applyChanges({ a: [1, 2, 3], o: {} }, [{ op: 'move', from: '/a/0', path: '/a/2' }, { op: 'move', from: '/a/1', path: '/o/x' }, { op: 'test', path: '/o', value: { x: 3 } }]), { a: [2, 1], o: { x: 3 } });
  assert.throws(() => applyChanges({ a: { b: 1 } }, [{ op: 'move', from: '/a', path: '/a/c' }]), Error);
  assert.deepEqual(applyChanges({ a: 1 }, [{ op: 'move', from: '/a', path: '/a' }]), { a: 1 });
  assert.throws(() => applyChanges({ a: { b: 1, c: 2 } }, [{ op: 'test', path: '/a', value: { c: 2 } }]), Error);
});

test("optional", () => {
  assert.deepEqual(applyChanges({ a: 1 }, [{ op: 'remove', path: '/x', optional: true }, { op: 'add', path: '/b', value: 2 }]), { a: 1, b: 2 });
  assert.deepEqual(applyChanges({ a: 1 }, [{ op: 'test', path: '/a', value: 2, optional: true }, { op: 'remove', path: '/a' }, { op: 'remove', path: '/x' }, { op: 'test', path: '/a', value: 1 }, { op: 'add', path: '/b', value: 2 }]), { a: 1, b: 2 });
});
