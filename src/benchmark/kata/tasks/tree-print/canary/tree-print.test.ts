import test from 'node:test';
import assert from 'node:assert/strict';
import { tree } from '../tree.ts';

test("flat", () => {
  assert.deepEqual(tree(['b', 'a']), ['├─ b', '└─ a']);
  assert.deepEqual(tree([]), []);
});

test("nested", () => {
  assert.deepEqual(tree(['x', 'a/c', 'a/b']), ['├─ a/', '│  ├─ b', '│  └─ c', '├─ x']);
});
