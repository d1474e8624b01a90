import test from 'node:test';
import assert from 'node:assert/strict';
import { parseRanges, summarise } from '../ranges.ts';

test("summarises", () => {
  assert.equal(summarise([1, 2, 3, 5, 7, 8]), '1-3, 5, 7-8');
  assert.equal(summarise([]), '');
  assert.equal(summarise([4]), '4');
});

test("any order", () => {
  assert.equal(summarise([10, 9, 2, 11, 2, 1]), '1-2, 9-11');
});

test("parses", () => {
  assert.deepEqual(parseRanges('1-3, 5,8 - 7,2'), [1, 2, 3, 5, 7, 8]);
  assert.deepEqual(parseRanges(' '), []);
  assert.deepEqual(parseRanges('10,9'), [9, 10]);
});

test("refuses", () => {
  for (const bad of ['1,,2', 'x', '1-', '1-2-3', '-4', '1.5']) assert.throws(() => parseRanges(bad), SyntaxError);
  assert.throws(() => parseRanges('1, two'), /two/);
});
