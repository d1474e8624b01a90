import test from 'node:test';
import assert from 'node:assert/strict';
import { formatDuration } from '../duration.ts';

test("seconds and minutes", () => {
  assert.equal(formatDuration(0), '0 s');
  assert.equal(formatDuration(0.3), '0 s');
  assert.equal(formatDuration(125), '2 min 5 s');
  assert.equal(formatDuration(120), '2 min');
});

test("hours and days", () => {
  assert.equal(formatDuration(7322), '2 h 2 min');
  assert.equal(formatDuration(183661), '2 d 3 h');
});

test("only neighbouring units", () => {
  assert.equal(formatDuration(3605), '1 h');
  assert.equal(formatDuration(172859), '2 d');
});

test("rounds first", () => {
  assert.equal(formatDuration(119.6), '2 min');
  assert.equal(formatDuration(86399.7), '1 d');
});

test("refuses what is no duration", () => {
  assert.throws(() => formatDuration(-1), RangeError);
  assert.throws(() => formatDuration(Number.NaN), RangeError);
});
