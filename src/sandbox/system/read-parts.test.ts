import { expect, it } from 'vitest';
import type { SystemEntry } from '../../model/system/change.ts';
import { readImage } from './read-parts.ts';

const GIGABYTE = 1024 ** 3;
const file = (text = ''): SystemEntry => ({
  ...{ type: 'file', mode: 0o644, uid: 0, gid: 0, content: Buffer.from(text), target: '' },
});

/** What is read of an image whose files are so long, and became this. */
async function readOf(sizes: Readonly<Record<string, number>>, after: Readonly<Record<string, string>>) {
  const paths = Object.keys(sizes);
  const read: string[] = [];
  const entries = await readImage(
    async () => ({ getArchive: () => Promise.reject({ statusCode: 404 }) }) as never,
    new Map(paths.map((path) => [path, 0])),
    { entries: new Map(paths.map((path) => [path, file()])), sizes: new Map(Object.entries(sizes)) },
    new Map(Object.entries(after).map(([path, text]) => [path, file(text)])),
    async (_, wanted) => {
      read.push(...wanted);
      return new Map([...wanted].map((path) => [path, file('read')]));
    },
  );
  return { read, entries };
}

it('reads no large file of an image that is gone or of another length now', async () => {
  const { read, entries } = await readOf(
    { gone: GIGABYTE, cut: GIGABYTE, same: 4, small: 9, empty: 0 },
    { cut: '', same: 'abcd' },
  );
  expect(read).toEqual(['same', 'small']);
  expect(entries.get('gone')).toEqual({ ...file(), unread: true });
  expect(entries.get('cut')).toEqual({ ...file(), unread: true });
  expect(entries.get('empty')).toEqual(file());
});

it('reads of many small files that are gone only so many that their bytes stay few', async () => {
  const sizes = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`etc/${at}`, 200 * 1024]));
  const { read, entries } = await readOf(sizes, {});
  expect(read.length * 200 * 1024).toBeLessThanOrEqual(64 * 1024 ** 2);
  expect(read.length).toBeGreaterThan(300);
  expect([...entries.values()].filter(({ unread }) => unread)).toHaveLength(1_000 - read.length);
});
