import { expect, test } from 'vitest';
import { secondsSince, secondsUntil } from './clock.ts';

const now = new Date('2026-11-29T12:00:00Z');

test.each([
  ['2026-11-29T11:59:00Z', 60],
  ['2026-11-29T12:00:00Z', 0],
  // Another process's clock is a little ahead.
  ['2026-11-29T12:00:30Z', 0],
  ['2026-11-29T22:00:00Z', Number.POSITIVE_INFINITY],
])('what was noted at %s is %s seconds old', (noted, seconds) => {
  expect(secondsSince(now, noted)).toBe(seconds);
});

test.each([
  ['2026-11-29T12:02:00Z', 120],
  ['2026-11-29T11:00:00Z', 0],
  ['2026-11-29T22:00:00Z', 0],
])('what may be put off by three minutes at most, to %s, is due in %s seconds', (noted, seconds) => {
  expect(secondsUntil(now, noted, 180)).toBe(seconds);
});
