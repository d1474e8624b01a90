import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HuxleyError, messageOf } from '../model/error.ts';
import { migrate } from './migrations.ts';
import type { SqlDriver, SqlRow, SqlValue } from './sql.ts';
import { SqlStore } from './sql-store.ts';
import type { Store } from './store.ts';

/**
 * Opens the embedded store, making it when it is not there. One process at a time: the lock is the kernel's, so it goes when
 * the process does, however it ends.
 * @throws HuxleyError `journal.locked` when another process has it.
 */
export async function openSqlite(path: string): Promise<Store> {
  mkdirSync(dirname(path), { recursive: true });
  const lock = takeLock(path);
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000');
  const driver = sqliteDriver(database, () => lock.close());
  try {
    await migrate(driver);
  } catch (error) {
    await driver[Symbol.asyncDispose]();
    throw error;
  }
  return new SqlStore(driver);
}

/** Opens a store for reading while another process may be at work on it. */
export function openSqliteForReading(path: string): Store {
  return new SqlStore(sqliteDriver(new DatabaseSync(path, { readOnly: true })));
}

function takeLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(`${path}.lock`);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (!/locked/.test(messageOf(error))) throw error;
    throw new HuxleyError(
      'journal.locked',
      `${path} is in use by another process.`,
      'Stop the other process, or set DATABASE_URL to a PostgreSQL that several processes can share.',
      { cause: error },
    );
  }
}

export function sqliteDriver(database: DatabaseSync, onClose: () => void = () => {}): SqlDriver {
  const run = async (statement: string, ...values: readonly SqlValue[]): Promise<readonly SqlRow[]> =>
    database
      .prepare(statement)
      .all(Object.fromEntries(values.map((value, i) => [`$${i + 1}`, value]))) as readonly SqlRow[];
  // One at a time: a statement that slipped into another's transaction would be rolled back with it.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  return {
    query: (statement, ...values) => inTurn(() => run(statement, ...values)),
    now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    migrationLock: null,
    isDuplicate: (error) => /UNIQUE constraint failed/.test(messageOf(error)),
    transaction: (work) =>
      inTurn(async () => {
        database.exec('BEGIN IMMEDIATE');
        try {
          const result = await work(run);
          database.exec('COMMIT');
          return result;
        } catch (error) {
          database.exec('ROLLBACK');
          throw error;
        }
      }),
    async [Symbol.asyncDispose]() {
      await last;
      database.close();
      onClose();
    },
  };
}
