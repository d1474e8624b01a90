import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../src/store/migrations.ts';
import { postgresDriver } from '../../src/store/postgres.ts';
import type { SqlDriver } from '../../src/store/sql.ts';
import { SqlStore } from '../../src/store/sql-store.ts';
import { openSqlite, sqliteDriver } from '../../src/store/sqlite.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

const folder = mkdtempSync('/tmp/huxley-clock-');
let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => {
  postgres[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const drivers: { name: string; open: () => SqlDriver }[] = [
  { name: 'sqlite', open: () => sqliteDriver(new DatabaseSync(join(folder, 'clock.sqlite'))) },
  { name: 'postgres', open: () => postgresDriver(postgres.url!) },
];
const TEN_HOURS_MS = 36_000_000;

describe.each(drivers)('$name, its clock set back ten hours', ({ name, open }) => {
  const check = (title: string, body: (store: SqlStore, driver: SqlDriver) => Promise<void>) =>
    test(title, async ({ skip }) => {
      if (name === 'postgres' && postgres.url === null) return skip(postgres.reason);
      await using driver = open();
      await migrate(driver);
      await body(new SqlStore(driver), driver);
    });

  check('holds no lease for ten hours, and none shorter than it was taken for', async (store, driver) => {
    expect(await store.lease('run', 'a', 120)).toBe(true);
    expect(await store.lease('run', 'b', 120)).toBe(false);
    await driver.query('UPDATE leases SET until_ms = until_ms + 60000');
    expect(await store.lease('run', 'b', 120)).toBe(false);
    await driver.query('UPDATE leases SET until_ms = until_ms + $1', TEN_HOURS_MS);
    expect(await store.lease('run', 'b', 120)).toBe(true);
    expect(await store.lease('run', 'a', 120)).toBe(false);
  });

  check('keeps no delivery from being worked on', async (store, driver) => {
    const want = { limit: 5, perOrigin: 5, except: [] };
    await store.receive({ id: 'x', event: 'push', payload: null }, 'ada');
    expect(await store.claim(want, 120)).toHaveLength(1);
    expect(await store.claim(want, 120)).toHaveLength(0);
    await driver.query('UPDATE deliveries SET claimed_ms = claimed_ms + $1', TEN_HOURS_MS);
    expect(await store.claim(want, 120)).toMatchObject([{ id: 'x', attempts: 2 }]);
    await store.finish('x');
  });
});

test('sqlite: a process that was killed leaves no lease behind', async () => {
  const path = join(folder, 'left.sqlite');
  {
    await using first = await openSqlite(path);
    expect(await first.lease('run', 'dead', 36_000)).toBe(true);
  }
  await using second = await openSqlite(path);
  expect(await second.lease('run', 'alive', 1)).toBe(true);
});
