import test from 'node:test';
import assert from 'node:assert/strict';
import { Router } from '../router.ts';

function router(...patterns: string[]) {
  const made = new Router();
  for (const pattern of patterns) made.add(pattern, pattern);
  return made;
}
const found = (made: Router, path: string) => { const result = made.find(path); return result && [result.name, { ...result.params }]; };

test("texts and parameters", () => {
  const r = router('/', '/books', '/books/<id>');
  assert.deepEqual(found(r, '/'), ['/', {}]);
  assert.deepEqual(found(r, '/Books'), ['/books', {}]);
  assert.deepEqual(found(r, '/books/a%20b'), ['/books/<id>', { id: 'a b' }]);
  assert.equal(found(r, '/books/a/b'), null);
  assert.equal(found(r, '/books/%zz'), null);
});

test("numbers and the rest", () => {
  const r = router('/p/<page#>', '/f/<path...>');
  assert.deepEqual(found(r, '/p/12'), ['/p/<page#>', { page: '12' }]);
  assert.equal(found(r, '/p/x'), null);
  assert.equal(found(r, '/p/1234567890'), null);
  assert.deepEqual(found(r, '/f/a/b%2Fc'), ['/f/<path...>', { path: 'a/b/c' }]);
  assert.equal(found(r, '/f'), null);
});

test("which one answers", () => {
  const patterns = ['/a/<x...>', '/a/<x>', '/a/<x#>', '/a/b', '/<y>/b/<z>', '/a/<x>/c'];
  for (const order of [patterns, patterns.toReversed()]) {
    const r = router(...order);
    assert.equal(found(r, '/a/b')![0], '/a/b');
    assert.equal(found(r, '/a/7')![0], '/a/<x#>');
    assert.equal(found(r, '/a/q')![0], '/a/<x>');
    assert.equal(found(r, '/a/b/c')![0], '/a/<x>/c');
    assert.equal(found(r, '/a/b/d')![0], '/a/<x...>');
  }
});

test("the last slash", () => {
  const r = router('/', '/a', '/f/<x...>');
  assert.deepEqual(found(r, '/a/'), ['redirect', { to: '/a' }]);
  assert.deepEqual(found(r, '/f/a/b/'), ['redirect', { to: '/f/a/b' }]);
  assert.equal(found(r, '/b/'), null);
  assert.equal(found(r, '/a//'), null);
});

test("mistakes", () => {
  const r = router('/a/<x>');
  assert.throws(() => r.add('/a/<y>', 'other'), /<y>/);
  assert.throws(() => router('/A', '/a'), Error);
  for (const bad of ['a', '/a/', '/<X>', '/<x>/<x>', '/<x...>/a', '/a b', '//', '']) assert.throws(() => router(bad), Error, bad);
});
