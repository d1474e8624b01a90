import test from 'node:test';
import assert from 'node:assert/strict';
import { buildOrder } from '../order.ts';

const t = (name: string, ...needs: string[]) => ({ name, needs });

test("a chain", () => {
  assert.deepEqual(buildOrder([t('a', 'b'), t('b', 'c'), t('c'), t('d')], ['a']), ['c', 'b', 'a']);
  assert.deepEqual(buildOrder([t('a')], []), []);
});

test("by the alphabet", () => {
  assert.deepEqual(buildOrder([t('z'), t('b', 'z'), t('c'), t('a', 'c')], ['a', 'b']), ['c', 'a', 'z', 'b']);
  assert.deepEqual(buildOrder([t('a', 'm'), t('m'), t('b')], ['a', 'b']), ['b', 'm', 'a']);
});

test("perhaps", () => {
  assert.deepEqual(buildOrder([t('a', 'b?', 'x?'), t('b')], ['a']), ['b', 'a']);
});

test("groups and done", () => {
  assert.deepEqual(buildOrder([t('app', 'all'), { ...t('all', 'x', 'y'), group: true }, t('x'), t('y')], ['app']), ['x', 'y', 'app']);
  assert.deepEqual(buildOrder([t('a', 'b'), { ...t('b', 'gone'), done: true }], ['a']), ['a']);
});

test("cycles", () => {
  assert.throws(() => buildOrder([t('c', 'a'), t('a', 'b'), t('b', 'c'), t('z', 'c')], ['z']), (error: Error) => error.message === 'a -> b -> c -> a');
  assert.throws(() => buildOrder([t('x', 'x')], ['x']), (error: Error) => error.message === 'x -> x');
  assert.deepEqual(buildOrder([t('x', 'x'), t('a')], ['a']), ['a']);
});

test("unknown", () => {
  assert.throws(() => buildOrder([t('a', 'nope')], ['a']), /nope/);
  assert.throws(() => buildOrder([], ['goal']), /goal/);
});
