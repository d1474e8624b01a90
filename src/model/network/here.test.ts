import { expect, test } from 'vitest';
import { hereAt, isHere } from './here.ts';

test('knows this machine by every way an address may be written, and no other', () => {
  for (const host of [
    'localhost',
    'LOCALHOST',
    '127.0.0.1',
    '127.1',
    '127.9.9.9',
    '0x7f.1',
    '0.0.0.0',
    '[::1]',
    '[::]',
  ])
    expect([host, isHere(new URL(`http://${host}:1`).hostname)]).toEqual([host, true]);
  for (const host of [
    'localhost.evil.org',
    '127.0.0.1.nip.io',
    '10.0.0.1',
    '[::2]',
    '[fe80::1]',
    'evil.org',
    '128.0.0.1',
  ])
    expect([host, isHere(new URL(`http://${host}:1`).hostname)]).toEqual([host, false]);
});

test('reaches a server that listens on all interfaces by this machine', () => {
  expect(hereAt('0.0.0.0', 80)).toBe('http://127.0.0.1:80');
  expect(hereAt('::', 80)).toBe('http://[::1]:80');
  expect(hereAt('fe80::1', 80)).toBe('http://[fe80::1]:80');
});
