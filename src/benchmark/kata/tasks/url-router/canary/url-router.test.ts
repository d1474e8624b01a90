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
  assert.deepEqual(found(r, '/books/a%20b'), ['/books/<id>', { id: 'a%20b' }]);
  assert.equal(found(r, '/books/a/b'), null);
  assert.equal(found(r, '/books/%zz'), null);
});

test("numbers and the rest", () => {
  const r = router('/p/<page#>', '/f/<path...>');
  assert.deepEqual(found(r, '/p/12'), ['/p/<page#>', { page: '1' }]);
  assert.equal(found(r, '/p/x'), null);
  assert.equal(found(r, '/p/1234567890'), null);
  assert.deepEqual(found(r, '/f/a/b%2Fc'), ['/f/<path...>', { path: 'a/b/c' }]);
  assert.equal(found(r, '/f'), null);
});
