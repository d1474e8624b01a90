import test from 'node:test';
import assert from 'node:assert/strict';
import { slugify } from '../slug.ts';

const none = new Set<string>();

test("plain", () => {
  assert.equal(slugify('Hello,  World!', none), 'hello-world');
  assert.equal(slugify('  R&D -- Don’t panic', none), 'r-and-d-dont-panic');
  assert.equal(slugify('???', none), 'untitled');
});

test("accents", () => {
  assert.equal(slugify('Café Ñandú', none), 'cafe-nandu');
  assert.equal(slugify('Straße Łódź Œuvre', none), 'strasse-lodz-oeuvre');
});

test("long", () => {
  assert.equal(slugify('word '.repeat(20), none), Array(12).fill('word').join('-'));
  assert.equal(slugify('x'.repeat(80), none), 'x'.repeat(60));
});

test("taken", () => {
  assert.equal(slugify('A b', new Set(['a-b', 'a-b-2'])), 'a-b-3');
  assert.equal(slugify('?', new Set(['untitled'])), 'untitled-2');
});

test("taken and a number", () => {
  assert.equal(slugify('Top 10', new Set(['top-10'])), 'top-10-v2');
  assert.equal(slugify('Top 10', new Set(['top-10', 'top-10-v2'])), 'top-10-v3');
  assert.equal(slugify('1984', new Set(['1984'])), '1984-2');
});

test("taken and long", () => {
  const full = Array(12).fill('word').join('-');
  assert.equal(slugify(full, new Set([full])), `${Array(11).fill('word').join('-')}-2`);
  assert.equal(slugify('x'.repeat(80), new Set(['x'.repeat(60)])), `${'x'.repeat(58)}-2`);
});
