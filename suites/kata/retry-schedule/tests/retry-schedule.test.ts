import test from 'node:test';
import assert from 'node:assert/strict';
import { nextDelay } from '../retry.ts';

const settings = { baseMs: 100, factor: 2, capMs: 1000, maxAttempts: 8 };
const http = (status: number, retryAfter?: string) => ({ type: 'http' as const, status, ...(retryAfter === undefined ? {} : { retryAfter }) });

test("waits", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => nextDelay(n, { type: 'network' }, settings)), [100, 200, 400, 800, 1000, 1000, 1000, null]);
  assert.equal(nextDelay(5000, http(500), { ...settings, maxAttempts: 9999 }), 1000);
  assert.equal(nextDelay(5000, http(500), { ...settings, baseMs: 0, maxAttempts: 9999 }), 0);
  assert.equal(nextDelay(2, http(500), { ...settings, baseMs: 5, factor: 1.5 }), 7);
});

test("what is worth it", () => {
  assert.equal(nextDelay(1, { type: 'ok' }, settings), null);
  for (const status of [408, 429, 500, 503, 599]) assert.equal(nextDelay(1, http(status), settings), 100);
  for (const status of [400, 404, 501, 600, 301]) assert.equal(nextDelay(1, http(status), settings), null);
});

test("asked to wait", () => {
  assert.equal(nextDelay(1, http(429, ' 3 '), settings), 3000);
  assert.equal(nextDelay(4, http(503, '0'), settings), 800);
  assert.equal(nextDelay(1, http(503, '120'), settings), 120000);
  assert.equal(nextDelay(1, http(503, '121'), settings), null);
});

test("other headers", () => {
  assert.equal(nextDelay(1, http(500, '30'), settings), 100);
  assert.equal(nextDelay(1, http(429, 'Fri, 31 Dec 1999 23:59:59 GMT'), settings), 100);
  assert.equal(nextDelay(1, http(429, '1e3'), settings), 100);
  assert.equal(nextDelay(1, http(404, '3'), settings), null);
  assert.equal(nextDelay(8, http(429, '3'), settings), null);
});

test("nonsense", () => {
  assert.throws(() => nextDelay(0, { type: 'ok' }, settings), RangeError);
  assert.throws(() => nextDelay(1.5, { type: 'ok' }, settings), RangeError);
  assert.throws(() => nextDelay(1, { type: 'network' }, { ...settings, factor: 0.5 }), RangeError);
});
