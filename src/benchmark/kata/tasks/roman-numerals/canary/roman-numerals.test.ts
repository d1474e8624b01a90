import test from 'node:test';
import assert from 'node:assert/strict';
import { toRoman } from '../roman.ts';

test("small numbers", () => {
  assert.equal(toRoman(1), 'I');
  assert.equal(toRoman(4), 'IV');
  assert.equal(toRoman(9), 'IX');
  assert.equal(toRoman(14), 'XIIII');
});

test("large numbers", () => {
  assert.equal(toRoman(944), 'CMXLIV');
  assert.equal(toRoman(1994), 'MDCCCCXCIV');
  assert.equal(toRoman(3999), 'MMMCMXCIX');
});
