import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openSqlite, openSqliteForReading, snapshotSqlite } from '../store/sqlite.ts';
import { Checkpoint } from './checkpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'huxley-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true }));
const key = { repository: 'octo/agent', run: 'r1' };

test('saves what has changed by then, once for all who wait, and nothing where nothing has', async () => {
  const saved: string[] = [];
  let failing = false;
  await using kept = await openSqlite(join(folder, 'journal.sqlite'));
  const checkpoint = new Checkpoint(async (final) => {
    if (failing) throw new Error('no network');
    const text = JSON.stringify([...(await kept.readDocuments(key, ''))].map(([name]) => name));
    await new Promise((resolve) => setTimeout(resolve, 5));
    saved.push(`${final ? 'last ' : ''}${text}`);
  });
  const store = checkpoint.watch(kept);
  await checkpoint.save();
  expect(saved).toEqual([]);
  await store.writeDocument(key, 'a', 1);
  const first = checkpoint.save();
  await store.writeDocument(key, 'b', 1);
  await Promise.all([first, checkpoint.save(), checkpoint.save()]);
  expect(saved.at(-1)).toBe('["a","b"]');
  expect(saved.length).toBeLessThanOrEqual(2);
  // Leases, counts of writes and reading are nothing to the next process.
  const before = saved.length;
  await store.lease('x', 'me', 5);
  await store.takeWrite('octo', { perMinute: 5, perHour: 5 });
  await store.readDocument(key, 'a');
  await checkpoint.save();
  expect(saved).toHaveLength(before);
  failing = true;
  await store.writeDocument(key, 'c', 1);
  await expect(checkpoint.save()).rejects.toThrow('no network');
  failing = false;
  await checkpoint.save();
  expect(saved.at(-1)).toBe('["a","b","c"]');
  await checkpoint.last();
  expect(saved.at(-1)).toBe('last ["a","b","c"]');
  await store.writeDocument(key, 'd', 1);
  await expect(checkpoint.save()).rejects.toThrow(expect.objectContaining({ code: 'serverless.over' }));
});

test('a snapshot holds what was written by then, while the store is at work', async () => {
  const path = join(folder, 'other.sqlite');
  await using store = await openSqlite(path);
  await store.writeDocument(key, 'a', 1);
  const bytes = snapshotSqlite(path);
  await store.writeDocument(key, 'b', 1);
  const { writeFileSync } = await import('node:fs');
  const copy = join(folder, 'copy.sqlite');
  writeFileSync(copy, bytes);
  await using read = openSqliteForReading(copy);
  expect([...(await read.readDocuments(key, '')).keys()]).toEqual(['a']);
});
