import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ArchiveEvent } from '../../src/model/event.ts';
import { migrate } from '../../src/store/migrations.ts';
import { openPostgres, openPostgresForReading, postgresDriver } from '../../src/store/postgres.ts';
import type { SqlDriver } from '../../src/store/sql.ts';
import { openSqlite, openSqliteForReading, sqliteDriver } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { endsWithTest } from '../support/ends-with-test.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

const folder = mkdtempSync('/tmp/huxley-journal-');
let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => {
  postgres[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const adapters = [
  { name: 'sqlite', open: () => openSqlite(join(folder, 'shared.sqlite')) },
  { name: 'postgres', open: () => openPostgres(postgres.url!) },
];

const key = (repository: string) => ({ repository, run: 'r1' });
const paused = (by: string): ArchiveEvent => ({ type: 'run.paused', by });

describe.each(adapters)('$name', ({ name, open }) => {
  let store: Store;
  beforeAll(async () => {
    if (name === 'postgres' && postgres.url === null) return;
    store = await open();
  });
  afterAll(() => store?.[Symbol.asyncDispose]());
  const check = (title: string, body: () => Promise<void>) =>
    test(title, async ({ skip }) => {
      if (name === 'postgres' && postgres.url === null) skip(postgres.reason);
      await body();
    });

  check('what was appended is read back, in order, from any position', async () => {
    const entries = await store.append(key('a/a'), 0, [paused('x'), { type: 'run.resumed', by: 'ü "quoted" \u0007' }]);
    await store.append(key('a/a'), 2, [paused('z')]);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2]);
    expect((await store.read(key('a/a'))).map(({ seq, event }) => [seq, event])).toEqual([
      [1, paused('x')],
      [2, { type: 'run.resumed', by: 'ü "quoted" \u0007' }],
      [3, paused('z')],
    ]);
    expect(await store.read(key('a/a'), 2)).toHaveLength(1);
    expect(await store.read(key('a/none'))).toEqual([]);
  });

  check('a document that goes with events is there when they are, and not when they are not', async () => {
    const beside = (value: unknown) => ({ key: { repository: 'a/beside', run: '-' }, name: 'reply/1', value });
    const kept = () => store.readDocument({ repository: 'a/beside', run: '-' }, 'reply/1');
    await expect(store.append(key('a/beside'), 3, [paused('x')], beside('too soon'))).rejects.toThrow();
    expect(await kept()).toBeUndefined();
    await store.append(key('a/beside'), 0, [paused('x')], beside('done'));
    expect(await kept()).toBe('done');
    await store.append(key('a/beside'), 1, [], beside('nothing to record'));
    expect(await kept()).toBe('nothing to record');
    expect(await store.read(key('a/beside'))).toHaveLength(1);
  });

  check('an append at the wrong position writes nothing', async () => {
    await store.append(key('a/b'), 0, [paused('x')]);
    for (const after of [0, 2])
      await expect(store.append(key('a/b'), after, [paused('y')])).rejects.toMatchObject({ code: 'journal.conflict' });
    expect(await store.read(key('a/b'))).toHaveLength(1);
  });

  check('of many appends at one position exactly one wins', async () => {
    const tries = Array.from({ length: 12 }, (_, i) => store.append(key('a/c'), 0, [paused(`${i}`), paused(`${i}`)]));
    const settled = await Promise.allSettled(tries);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of settled)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'journal.conflict' });
    const [first, second] = await store.read(key('a/c'));
    expect(first?.event).toEqual(second?.event);
  });

  check('nothing that is no event gets in', async () => {
    const bad = [paused('x'), { type: 'run.paused', by: 'x', extra: 1 } as unknown as ArchiveEvent];
    await expect(store.append(key('a/d'), 0, bad)).rejects.toMatchObject({ code: 'journal.damaged' });
    expect(await store.read(key('a/d'))).toEqual([]);
  });

  check('a journal is restored as it was, and never over another', async () => {
    const entries = [{ seq: 1, at: '2026-01-02T03:04:05.678Z', event: paused('x') }];
    await store.restore(key('a/r'), entries);
    expect(await store.read(key('a/r'))).toEqual(entries);
    await expect(store.restore(key('a/r'), entries)).rejects.toMatchObject({ code: 'journal.conflict' });
  });

  check('runs are listed by repository', async () => {
    await store.append({ repository: 'l/one', run: 'r1' }, 0, [paused('x')]);
    await store.append({ repository: 'l/one', run: 'r2' }, 0, [paused('x')]);
    await store.append({ repository: 'l/two', run: 'r1' }, 0, [paused('x')]);
    expect((await store.runs('l/one')).map(({ run }) => run)).toEqual(['r1', 'r2']);
    expect(await store.runs()).toEqual(expect.arrayContaining([{ repository: 'l/two', run: 'r1' }]));
  });

  check('runs recorded in since a time are found by their last entry', async () => {
    const at = (seq: number, month: string) => ({ seq, at: `${month}-02T03:04:05.678Z`, event: paused('x') });
    await store.restore({ repository: 's/one', run: 'r1' }, [at(1, '2026-10'), at(2, '2026-11')]);
    await store.restore({ repository: 's/one', run: 'r2' }, [at(1, '2026-10')]);
    const since = async (time: string) => (await store.runs('s/one', time)).map(({ run }) => run);
    expect([await since('2026-10'), await since('2026-11'), await since('2026-12')]).toEqual([
      ['r1', 'r2'],
      ['r1'],
      [],
    ]);
    expect((await store.runs(undefined, '2026-11')).some(({ repository }) => repository === 's/one')).toBe(true);
  });

  check('runs that are not over, or whose winner waits, are found by their documents', async () => {
    const of = (run: string) => ({ repository: 'p/one', run });
    for (const run of ['r1', 'r2', 'r3', 'r4']) {
      await store.append(of(run), 0, [paused('x')]);
      if (run !== 'r4') await store.writeDocument(of(run), 'spec', {});
    }
    for (const run of ['r1', 'r2']) await store.writeDocument(of(run), 'wound-up', true);
    await store.writeDocument(of('r2'), 'release', 'awaiting');
    const both = [
      { ...of('r2'), over: true },
      { ...of('r3'), over: false },
    ];
    expect(await store.pending('p/one')).toEqual(both);
    expect((await store.pending()).filter(({ repository }) => repository === 'p/one')).toEqual(both);
    await store.writeDocument(of('r2'), 'release', 'released');
    expect(await store.pending('p/one')).toEqual(both.slice(1));
  });

  const upTo = (limit: number) => ({ limit, perOrigin: limit, except: [] });

  check('a delivery is received once, and waits until it is finished', async () => {
    const delivery = { id: 'd-1', event: 'issue_comment', payload: { action: 'created', text: '☃' } };
    expect(await store.receive(delivery, 'ada')).toBe(true);
    expect(await store.receive(delivery, 'ada')).toBe(false);
    const claims = await Promise.all([store.claim(upTo(10), 60), store.claim(upTo(10), 60)]);
    expect(claims.flat()).toEqual([{ ...delivery, origin: 'ada', attempts: 1 }]);
    expect(await store.claim(upTo(10), 60)).toEqual([]);
    await store.finish('d-1');
    expect(await store.receive(delivery, 'ada')).toBe(false);
    expect(await store.claim(upTo(10), 0)).toEqual([]);
  });

  check('a delivery whose worker died is given to the next, oldest first; one that is kept is not', async () => {
    for (const id of ['e-1', 'e-2', 'e-3']) await store.receive({ id, event: 'push', payload: { n: 1 } }, 'ada');
    expect(await store.claim(upTo(2), -1)).toHaveLength(2);
    await store.keep(['e-1'], 60);
    const again = await store.claim(upTo(5), 60);
    expect(again.map(({ id, attempts }) => [id, attempts])).toEqual([
      ['e-2', 2],
      ['e-3', 1],
    ]);
    for (const id of ['e-1', 'e-2']) await store.finish(id, 'given up');
    await store.finish('e-3');
    const kept = (await store.deliveries()).filter(({ id }) => id.startsWith('e-'));
    expect(kept.map(({ id, payload }) => [id, payload]).sort()).toEqual([
      ['e-1', { n: 1 }],
      ['e-2', { n: 1 }],
    ]);
    expect(await store.forget(1, 10)).toBe(0);
    expect(await store.forget(-1, 2)).toBe(2);
    expect(await store.forget(-1, 1_000)).toBeGreaterThanOrEqual(1);
    expect(await store.forget(-1, 1_000)).toBe(0);
  });

  check('an account with many deliveries keeps none of another waiting', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `f-${String(n).padStart(2, '0')}`);
    for (const id of ids) await store.receive({ id, event: 'push', payload: null }, 'busy');
    await store.receive({ id: 'f-x', event: 'push', payload: null }, 'idle');
    const claimed = await store.claim({ limit: 10, perOrigin: 4, except: [] }, 60);
    expect(claimed.map(({ id }) => id)).toEqual([...ids.slice(0, 4), 'f-x']);
    await store.receive({ id: 'f-y', event: 'push', payload: null }, 'idle');
    expect(await store.claim({ limit: 10, perOrigin: 4, except: ['busy', 'b'] }, 60)).toMatchObject([{ id: 'f-y' }]);
    expect(await store.claim({ limit: 3, perOrigin: 4, except: ['idle'] }, 60)).toHaveLength(3);
    for (const id of [...ids, 'f-x', 'f-y']) await store.finish(id);
  });

  check('writes are counted for each account, whoever asks', async () => {
    const limits = { perMinute: 5, perHour: 8 };
    const taken = await Promise.all(Array.from({ length: 12 }, () => store.takeWrite('ada', limits)));
    expect(taken.map(({ used }) => used).sort()).toEqual([0, 1, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5]);
    const waits = taken.map(({ waitMs }) => waitMs);
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
    for (const wait of waits) expect(wait).toBeLessThanOrEqual(60_000);
    expect(await store.takeWrite('bo', limits)).toEqual({ waitMs: 0, used: 0 });
    expect((await store.takeWrite('ada', { perMinute: 80, perHour: 5 })).waitMs).toBeGreaterThan(3_500_000);
    expect(await store.takeWrite('ada', { perMinute: 6, perHour: 8 })).toEqual({ waitMs: 0, used: 5 });
  });

  check('documents are replaced, listed by prefix and removed', async () => {
    const run = key('a/e');
    await store.writeDocument(run, 'job/1', { n: 1 });
    await store.writeDocument(run, 'job/1', { n: 2 });
    await store.writeDocument(run, 'job/2', [null]);
    await store.writeDocument(run, 'jobs', 'x');
    expect(await store.readDocument(run, 'job/1')).toEqual({ n: 2 });
    expect([...(await store.readDocuments(run, 'job/'))]).toEqual([
      ['job/1', { n: 2 }],
      ['job/2', [null]],
    ]);
    await store.writeDocument(run, 'job/1', undefined);
    expect(await store.readDocument(run, 'job/1')).toBeUndefined();
    expect(await store.readDocument(key('a/f'), 'job/2')).toBeUndefined();
  });

  check('a lease has one holder at a time', async () => {
    const takers = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => store.lease('run', holder, 60)));
    expect(takers.filter(Boolean)).toHaveLength(1);
    const holder = ['a', 'b', 'c', 'd'][takers.indexOf(true)]!;
    expect(await store.lease('run', holder, -1)).toBe(true);
    expect(await store.lease('run', 'e', 60)).toBe(true);
    await store.release('run', 'not the holder');
    expect(await store.lease('run', 'f', 60)).toBe(false);
    await store.release('run', 'e');
    expect(await store.lease('run', 'f', 60)).toBe(true);
  });

  check('a document written during a rejected append stays', async () => {
    const [append] = await Promise.allSettled([
      store.append(key('a/g'), 7, [paused('x')]),
      store.writeDocument(key('a/g'), 'note', 1),
    ]);
    expect(append?.status).toBe('rejected');
    expect(await store.readDocument(key('a/g'), 'note')).toBe(1);
  });

  check('what was written is there after closing and opening', async () => {
    await store.append(key('a/h'), 0, [paused('x')]);
    await store[Symbol.asyncDispose]();
    store = await open();
    expect(await store.read(key('a/h'))).toHaveLength(1);
    await store.check();
  });
});

describe('migrations on data that is not empty', () => {
  const drivers: { name: string; driver: () => SqlDriver }[] = [
    { name: 'sqlite', driver: () => sqliteDriver(new DatabaseSync(join(folder, 'old.sqlite'))) },
    { name: 'postgres', driver: () => postgresDriver(postgres.url!) },
  ];
  test.for(drivers)('$name', async ({ name, driver }, { skip }) => {
    if (name === 'postgres' && postgres.url === null) skip(postgres.reason);
    await using old = driver();
    await migrate(old, 1);
    await old.query(
      'INSERT INTO journal VALUES (\'m/m\', \'r1\', 1, \'2026-01-01T00:00:00Z\', \'{"type":"run.paused","by":"x"}\')',
    );
    await Promise.all([migrate(old), migrate(old)]);
    expect(await old.query("SELECT event FROM journal WHERE repository = 'm/m'")).toHaveLength(1);
    await old.query('INSERT INTO schema_version (version) VALUES (1000)');
    await expect(migrate(old)).rejects.toMatchObject({ code: 'journal.newer' });
    await old.query('DELETE FROM schema_version WHERE version = 1000');
  });
});

test('sqlite: a second writer is refused until the first is gone, even when it was killed; readers are welcome', async () => {
  const path = join(folder, 'locked.sqlite');
  const child = endsWithTest(
    fork(join(import.meta.dirname, 'journal-holder.ts'), [path], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  );
  await once(child, 'message');
  await expect(openSqlite(path)).rejects.toMatchObject({ code: 'journal.locked' });
  const reader = openSqliteForReading(path);
  expect(await reader.runs()).toEqual([{ repository: 'o/r', run: 'r1' }]);
  await reader[Symbol.asyncDispose]();
  child.kill('SIGKILL');
  await once(child, 'exit');
  await using store = await openSqlite(path);
  expect(await store.read({ repository: 'o/r', run: 'r1' })).toHaveLength(1);
});

test('postgres: reading a journal changes nothing in the database, not even an old version of it', async ({ skip }) => {
  if (postgres.url === null) return skip(postgres.reason);
  await using admin = postgresDriver(postgres.url);
  await admin.query('CREATE DATABASE older');
  const url = postgres.url.replace(/\/[^/]*$/, '/older');
  await expect(openPostgresForReading(url)).rejects.toMatchObject({ code: 'journal.missing' });
  await using older = postgresDriver(url);
  await migrate(older, 1);
  const event = JSON.stringify(paused('x'));
  await older.query(
    "INSERT INTO journal (repository, run, seq, at, event) VALUES ('o/r', 'r1', 1, '2026-01-01T00:00:00Z', $1)",
    event,
  );
  {
    await using reader = await openPostgresForReading(url);
    expect(await reader.runs()).toEqual([{ repository: 'o/r', run: 'r1' }]);
    expect(await reader.read({ repository: 'o/r', run: 'r1' })).toMatchObject([{ event: paused('x') }]);
    expect(await reader.leaseOf('x')).toBeNull();
    await expect(reader.writeDocument({ repository: 'o/r', run: 'r1' }, 'n', 1)).rejects.toThrow(/read-only/);
  }
  expect(await older.query('SELECT max(version) AS version FROM schema_version')).toMatchObject([{ version: '1' }]);
  await older.query('INSERT INTO schema_version (version) VALUES (99)');
  await expect(openPostgresForReading(url)).rejects.toMatchObject({ code: 'journal.newer' });
  await expect(openPostgresForReading('postgres://huxley@127.0.0.1:1/none')).rejects.toMatchObject({
    code: 'journal.unreachable',
  });
});

test('postgres: an unreachable server is named, its password is not', async () => {
  const attempt = openPostgres('postgres://huxley:hunter2-secret@127.0.0.1:1/none');
  await expect(attempt).rejects.toMatchObject({ code: 'journal.unreachable' });
  await expect(attempt).rejects.not.toThrow(/hunter2/);
});
