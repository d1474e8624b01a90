import test from 'node:test';
import assert from 'node:assert/strict';
import { slugify } from '../slug.ts';

const none = new Set<string>();

test("plain", () => {
  assert.equal(slugify('Hello,  World!', none), 'hello--world');
  assert.equal(slugify('  R&D -- Don’t panic', none), 'r-and-d-dont-panic');
  assert.equal(slugify('???', none), 'untitled');
});

test("taken", () => {
  assert.equal(slugify('A b', new Set(['a-b', 'a-b-2'])), 'a-b-2-2');
  assert.equal(slugify('?', new Set(['untitled'])), 'untitled-2');
});
