import { expect, test } from 'vitest';
import { isRetryable, nextWait, RETRY, retryAfterOf } from './retry.ts';

test('waits double up to a limit, with jitter, and end', () => {
  const waits = [1, 2, 3, 4, 5, 6].map((tried) => nextWait(RETRY, tried, undefined, 0));
  expect(waits).toEqual([0.5, 1, 2, 4, 8, null]);
  expect(nextWait(RETRY, 1, undefined, 0.999)).toBeCloseTo(0.625, 2);
});

test('a provider is waited for as long as it asks, within reason', () => {
  expect(nextWait(RETRY, 1, 12, 0)).toBe(12);
  expect(nextWait(RETRY, 1, 61, 0)).toBe(null);
  const at = (headers: Record<string, string>) =>
    retryAfterOf(new Headers(headers), Date.parse('2026-01-01T00:00:00Z'));
  expect(at({ 'retry-after': '3' })).toBe(3);
  expect(at({ 'retry-after': '3', 'retry-after-ms': '250' })).toBe(0.25);
  expect(at({ 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' })).toBe(9);
  expect(at({ 'retry-after': 'soon' })).toBe(undefined);
  expect(at({})).toBe(undefined);
});

test('what may go away is tried again', () => {
  expect([200, 400, 401, 404, 408, 409, 422, 429, 500, 503, 529].filter(isRetryable)).toEqual([
    408, 409, 429, 500, 503, 529,
  ]);
});
