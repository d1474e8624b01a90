import test from 'node:test';
import assert from 'node:assert/strict';
import { toRoman } from '../roman.ts';

test("small numbers", () => {
  assert.equal(toRoman(1), 'I');
  assert.equal(toRoman(4), 'IV');
  assert.equal(toRoman(9), 'IX');
  assert.equal(toRoman(14), 'XIV');
});

test("large numbers", () => {
  assert.equal(toRoman(944), 'CMXLIV');
  assert.equal(toRoman(1994), 'MCMXCIV');
  assert.equal(toRoman(3999), 'MMMCMXCIX');
});

test("refuses what has no numeral", () => {
  for (const bad of [0, -1, 1.5, 4000, Number.NaN]) assert.throws(() => toRoman(bad), RangeError);
});
