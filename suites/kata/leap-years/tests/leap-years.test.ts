import test from 'node:test';
import assert from 'node:assert/strict';
import { dayOfYear, daysInMonth, isLeap } from '../calendar.ts';

test("ordinary years", () => {
  assert.equal(isLeap(2024), true);
  assert.equal(isLeap(2023), false);
  assert.equal(daysInMonth(2023, 2), 28);
  assert.equal(daysInMonth(2024, 2), 29);
});

test("centuries", () => {
  assert.equal(isLeap(1900), false);
  assert.equal(isLeap(2000), true);
  assert.equal(daysInMonth(2000, 2), 29);
});

test("day of the year", () => {
  assert.equal(dayOfYear(2023, 1, 1), 1);
  assert.equal(dayOfYear(2023, 12, 31), 365);
  assert.equal(dayOfYear(2024, 3, 1), 61);
});

test("refuses", () => {
  assert.throws(() => daysInMonth(2024, 13), RangeError);
  assert.throws(() => daysInMonth(2024, 0), RangeError);
  assert.throws(() => dayOfYear(2023, 2, 29), RangeError);
  assert.throws(() => dayOfYear(2023, 2, 0), RangeError);
});
