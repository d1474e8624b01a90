import fc from 'fast-check';
import { expect, test } from 'vitest';
import { secondsIn } from './limit.ts';
import { parseReference, withVersion } from './reference.ts';
import { troubleOf } from './trouble.ts';

test.each([
  ['python', 'docker.io', 'library/python', 'latest'],
  ['swebench/sweb.eval.x86_64.a_1776_b-1:latest', 'docker.io', 'swebench/sweb.eval.x86_64.a_1776_b-1', 'latest'],
  ['index.docker.io/o/i:2', 'docker.io', 'o/i', '2'],
  ['localhost/i', 'localhost', 'i', 'latest'],
  ['127.0.0.1:5000/a/b:1', '127.0.0.1:5000', 'a/b', '1'],
  ['ghcr.io/o/i:1@sha256:ab', 'ghcr.io', 'o/i', 'sha256:ab'],
])('%s is at %s', (text, host, repository, version) => {
  expect(parseReference(text)).toEqual({ host, repository, version });
});

test('an engine is never asked for all tags', () => {
  expect(['a', 'h:1/a', 'a:1', 'a@sha256:b'].map(withVersion)).toEqual([
    'a:latest',
    'h:1/a:latest',
    'a:1',
    'a@sha256:b',
  ]);
});

test.each([
  [
    'limit',
    'toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
  ],
  ['limit', 'received unexpected HTTP status: 429 Too Many Requests'],
  ['full', 'failed to register layer: write /random: no space left on device'],
  ['digest', 'manifest verification failed for digest sha256:ab'],
  [
    'credentials',
    "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
  ],
  ['credentials', 'Get "https://r.example/v2/x/manifests/1": no basic auth credentials'],
  ['credentials', 'unauthorized: authentication required'],
  ['platform', 'no matching manifest for linux/arm64/v8 in the manifest list entries'],
  ['absent', 'manifest for x:1 not found: manifest unknown: manifest unknown'],
  ['host', 'Get "https://nowhere.invalid/v2/": dial tcp: lookup nowhere.invalid on 10.0.0.1:53: no such host'],
  ['trust', 'Get "https://r/v2/": x509: certificate signed by unknown authority'],
  ['passing', 'Get "https://r/v2/": net/http: TLS handshake timeout'],
  ['passing', 'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused'],
  ['passing', 'unexpected EOF'],
  ['passing', 'Get "https://r/v2/": dial tcp: lookup r on 10.0.0.1:53: server misbehaving'],
])('%s: %s', (trouble, text) => {
  expect(troubleOf(text)).toBe(trouble);
});

test('the end of a limit is read as registries write it', () => {
  const now = Date.parse('2026-11-30T12:00:00Z');
  const seconds = (headers: Record<string, string>) => secondsIn(new Headers(headers), now);
  expect(seconds({ 'retry-after': '30' })).toBe(30);
  expect(seconds({ 'retry-after': 'Mon, 30 Nov 2026 12:05:00 GMT' })).toBe(300);
  expect(seconds({ 'retry-after': String(now / 1000 + 60) })).toBe(60);
  expect(seconds({ 'x-ratelimit-reset': String(now / 1000 + 90) })).toBe(90);
  expect(seconds({ 'ratelimit-remaining': '0;w=21600' })).toBe(21_600);
  expect(seconds({ 'ratelimit-remaining': '7;w=21600' })).toBeNull();
  expect(seconds({})).toBeNull();
});

test('whatever a registry writes, the time to try again is a second or more, or not known', () => {
  const names = fc.constantFrom(
    'retry-after',
    'x-retry-after',
    'ratelimit-reset',
    'x-ratelimit-reset',
    'ratelimit-remaining',
  );
  const values = fc.oneof(
    fc.string({ unit: 'grapheme-ascii' }).filter((text) => !/[\r\n\0]/.test(text)),
    fc.nat().map(String),
  );
  fc.assert(
    fc.property(fc.dictionary(names, values), (headers) => {
      const seconds = secondsIn(new Headers(headers), Date.now());
      expect(seconds === null || seconds >= 0).toBe(true);
    }),
  );
});
