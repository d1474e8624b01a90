import test from 'node:test';
import assert from 'node:assert/strict';
import { formatDuration } from '../duration.ts';

test("seconds and minutes", () => {
  assert.equal(formatDuration(0), '0 s');
  assert.equal(formatDuration(0.3), '0 s');
  assert.equal(formatDuration(125), '2 min 6 s');
  assert.equal(formatDuration(120), '2 min');
});

test("hours and days", () => {
  assert.equal(formatDuration(7322), '2 h 2 min');
  assert.equal(formatDuration(183661), '2 d 3 h 1 min');
});
