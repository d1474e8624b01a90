import test from 'node:test';
import assert from 'node:assert/strict';
import { tree } from '../tree.ts';

test("flat", () => {
  assert.deepEqual(tree(['b', 'a']), ['├─ a', '└─ b']);
  assert.deepEqual(tree([]), []);
});

test("nested", () => {
  assert.deepEqual(tree(['x', 'a/c', 'a/b']), ['├─ a/', '│  ├─ b', '│  └─ c', '└─ x']);
});

test("folders first", () => {
  assert.deepEqual(tree(['a', 'z/b']), ['├─ z/', '│  └─ b', '└─ a']);
});

test("joined folders", () => {
  assert.deepEqual(tree(['a/b/c/d', 'a/b/c/e', 'f/g/']), ['├─ a/b/c/', '│  ├─ d', '│  └─ e', '└─ f/g/']);
  assert.deepEqual(tree(['a/b/c', 'a/d']), ['└─ a/', '   ├─ b/', '   │  └─ c', '   └─ d']);
});

test("input stays", () => {
  const paths = ['b', 'a'];
  tree(paths);
  assert.deepEqual(paths, ['b', 'a']);
});
