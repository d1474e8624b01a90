import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../src/store/migrations.ts';
import { openPostgres, postgresDriver } from '../../src/store/postgres.ts';
import type { SqlDriver } from '../../src/store/sql.ts';
import { SqlStore } from '../../src/store/sql-store.ts';
import { openSqlite, sqliteDriver } from '../../src/store/sqlite.ts';
import { until } from '../support/world.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

describe('PostgreSQL hangs up', () => {
  let postgres: PostgresServer;
  let other: SqlDriver;
  beforeAll(async () => {
    postgres = await startPostgres();
    if (postgres.url !== null) other = postgresDriver(postgres.url);
  });
  afterAll(async () => {
    await other?.[Symbol.asyncDispose]();
    postgres?.[Symbol.dispose]();
  });

  /** Ends every connection but this one's own, or those at work on a statement like this. */
  const hangUp = async (statement = '%') =>
    (
      await other.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = $1 AND query LIKE $2',
        'client backend',
        statement,
      )
    ).length;
  const check = (title: string, body: (url: string) => Promise<void>) =>
    test(title, async ({ skip }) => {
      if (postgres.url === null) return skip(postgres.reason);
      await body(postgres.url);
    });

  check('on an idle connection: the next statement has another', async (url) => {
    await using store = await openPostgres(url);
    await store.check();
    for (let i = 0; i < 5; i++) {
      expect(await hangUp()).toBeGreaterThan(0);
      await store.check();
    }
  });

  check('in the middle of a transaction: it is done again as a whole, and once', async (url) => {
    await using driver = postgresDriver(url);
    await driver.query('CREATE TABLE once (n BIGINT)');
    let tries = 0;
    await driver.transaction(async (query) => {
      await query('INSERT INTO once VALUES ($1)', tries);
      if (tries++ === 0) await hangUp('%once%');
      await query('INSERT INTO once VALUES ($1)', tries);
    });
    expect(tries).toBe(2);
    expect((await driver.query('SELECT n FROM once ORDER BY n')).map(({ n }) => Number(n))).toEqual([1, 2]);
  });

  check(
    'while a client is out and does nothing: the process lives, and the transaction says what happened',
    async (url) => {
      await using driver = postgresDriver(url);
      const attempt = driver.transaction(async (query) => {
        await query('SELECT 4711');
        await hangUp('%4711%');
        // The server's goodbye arrives while nobody waits for anything.
        await new Promise((resolve) => setTimeout(resolve, 200));
        await query('SELECT 1');
      });
      await expect(attempt).rejects.toMatchObject({ code: 'journal.unreachable' });
      expect(await driver.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    },
  );

  check('while a lease is renewed: it is renewed on another connection', async (url) => {
    await using store = await openPostgres(url);
    await using blocker = postgresDriver(url);
    expect(await store.lease('renewed', 'me', 60)).toBe(true);
    let renewal: Promise<boolean> | undefined;
    await blocker.transaction(async (query) => {
      await query('LOCK TABLE leases IN ACCESS EXCLUSIVE MODE');
      renewal = store.lease('renewed', 'me', 60);
      await until(async () => ((await hangUp('INSERT INTO leases%')) > 0 ? true : undefined), 'the renewal to wait');
    });
    expect(await renewal).toBe(true);
  });

  check('during a migration: nothing is half done, and the next start goes on', async (url) => {
    await other.query('CREATE DATABASE migrated');
    const fresh = url.replace(/\/postgres$/, '/migrated');
    await using blocker = postgresDriver(fresh);
    const ended = new Set<unknown>();
    const waits = async () => {
      const waiting = await other.query("SELECT pid FROM pg_stat_activity WHERE wait_event = 'advisory'");
      return waiting.find(({ pid }) => !ended.has(pid))?.pid;
    };
    await blocker.transaction(async (query) => {
      await query('SELECT pg_advisory_xact_lock(7482169)');
      const opening = openPostgres(fresh).then(
        () => 'opened',
        (error) => error,
      );
      for (let i = 0; i < 2; i++) {
        const pid = await until(waits, 'the migration to wait', 20);
        ended.add(pid);
        await other.query('SELECT pg_terminate_backend($1)', Number(pid));
      }
      expect(await opening).toMatchObject({ code: 'journal.unreachable' });
    });
    await using store = await openPostgres(fresh);
    await store.append({ repository: 'o/r', run: 'r1' }, 0, [{ type: 'run.paused', by: 'x' }]);
  });

  check('a server that was restarted is found again', async (url) => {
    await using store = await openPostgres(url);
    await store.append({ repository: 'o/restarted', run: 'r1' }, 0, [{ type: 'run.paused', by: 'x' }]);
    (postgres as { restart(): void }).restart();
    expect(await store.read({ repository: 'o/restarted', run: 'r1' })).toHaveLength(1);
    expect(
      await store.append({ repository: 'o/restarted', run: 'r1' }, 1, [{ type: 'run.resumed', by: 'x' }]),
    ).toHaveLength(1);
  });
});

describe('SQLite in trouble', () => {
  const folder = mkdtempSync('/tmp/huxley-full-');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const key = { repository: 'o/r', run: 'r1' };

  test('a full disk is called by its name, in a transaction and in a shared commit, and writing goes on once there is room', async () => {
    const database = new DatabaseSync(join(folder, 'full.sqlite'));
    database.exec('PRAGMA journal_mode = WAL');
    const driver = sqliteDriver(database);
    await migrate(driver);
    await using store = new SqlStore(driver);
    const pages = Number(Object.values(database.prepare('PRAGMA page_count').get()!)[0]);
    database.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const big = 'x'.repeat(100_000);
    await expect(store.append(key, 0, [{ type: 'run.paused', by: big }])).rejects.toMatchObject({
      code: 'journal.full',
    });
    const both = await Promise.allSettled([store.writeDocument(key, 'big', big), store.writeDocument(key, 'small', 1)]);
    expect(both[0]).toMatchObject({ status: 'rejected', reason: { code: 'journal.full' } });
    // What shared its commit was not written either, or is there: nothing in between.
    expect(await store.readDocument(key, 'small')).toBe(both[1]!.status === 'fulfilled' ? 1 : undefined);
    expect(await store.read(key)).toEqual([]);
    database.exec('PRAGMA max_page_count = 1000000');
    await store.append(key, 0, [{ type: 'run.paused', by: big }]);
    await store.writeDocument(key, 'small', 2);
    expect(await store.readDocument(key, 'small')).toBe(2);
  });

  test('a database somebody else is writing to is called busy, and nothing is lost', { timeout: 60_000 }, async () => {
    const path = join(folder, 'busy.sqlite');
    await using store = await openSqlite(path);
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.writeDocument(key, 'n', 1)).rejects.toMatchObject({ code: 'journal.busy' });
    await expect(store.append(key, 0, [{ type: 'run.paused', by: 'x' }])).rejects.toMatchObject({
      code: 'journal.busy',
    });
    other.exec('ROLLBACK');
    other.close();
    await store.append(key, 0, [{ type: 'run.paused', by: 'x' }]);
    expect(await store.readDocument(key, 'n')).toBeUndefined();
  });
});
