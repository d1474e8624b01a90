import fc from 'fast-check';
import { expect, test } from 'vitest';
import { zip } from '../../test/support/zip.ts';
import type { HuxleyError } from '../model/error.ts';
import { unzipFile } from './unzip.ts';

const code = (work: () => unknown) => {
  try {
    work();
    return 'none';
  } catch (error) {
    return (error as HuxleyError).code;
  }
};

test('the file asked for comes out, packed or stored', () => {
  const files = { 'a.txt': 'other', 'result.json': '{"ü": 1}' };
  expect(unzipFile(zip(files), 'result.json', 100).toString()).toBe(files['result.json']);
  expect(unzipFile(zip(files, true), 'result.json', 100).toString()).toBe(files['result.json']);
});

test('a bomb is stopped at the limit', () => {
  const bomb = zip({ 'result.json': '0'.repeat(50_000_000) });
  expect(bomb.length).toBeLessThan(100_000);
  expect(code(() => unzipFile(bomb, 'result.json', 1_000_000))).toBe('artifact.large');
  expect(code(() => unzipFile(zip({ 'result.json': '0'.repeat(99) }, true), 'result.json', 98))).toBe('artifact.large');
});

test('a missing file and a damaged zip are told apart, and no bytes make it throw anything else', () => {
  expect(code(() => unzipFile(zip({ a: '1' }), 'result.json', 9))).toBe('artifact.missing');
  expect(code(() => unzipFile(Buffer.from('not a zip'), 'a', 9))).toBe('artifact.damaged');
  const good = zip({ 'result.json': 'x'.repeat(40) });
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
      const bad = Buffer.from(good);
      bad[at] = byte;
      expect(code(() => unzipFile(bad, 'result.json', 1_000))).toMatch(/none|artifact\.(damaged|missing|large)/);
    }),
  );
});
