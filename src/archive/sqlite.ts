import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { HuxleyError, messageOf } from '../model/error.ts';
import { migrate } from './migrations.ts';
import type { SqlDriver, SqlQuery, SqlRow, SqlValue } from './sql.ts';
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
  const driver = sqliteDriver(database, { onClose: () => lock.close() });
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
  return new SqlStore(sqliteDriver(new DatabaseSync(path, { readOnly: true }), { readOnly: true }));
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

interface DriverOptions {
  readonly readOnly?: boolean;
  readonly onClose?: () => void;
}

/** A statement for the next commit. `lasting`: the commit waits until the disk has it. */
interface Waiting {
  readonly work: () => Promise<() => void>;
  readonly fail: (error: unknown) => void;
  readonly lasting: boolean;
}

export function sqliteDriver(
  database: DatabaseSync,
  { readOnly = false, onClose = () => {} }: DriverOptions = {},
): SqlDriver {
  // The store's statements are few and come over and over.
  const prepared = new Map<string, StatementSync>();
  const run = async (text: string, ...values: readonly SqlValue[]): Promise<readonly SqlRow[]> => {
    const statement = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, statement);
    return statement.all(Object.fromEntries(values.map((value, i) => [`$${i + 1}`, value]))) as readonly SqlRow[];
  };
  // One at a time: a statement that slipped into another's transaction would be rolled back with it.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  // Statements that come while the disk is busy share the next commit: a burst of deliveries costs few syncs.
  let waiting: Waiting[] = [];
  const commitWaiting = async () => {
    const batch = waiting;
    waiting = [];
    try {
      database.exec(
        `PRAGMA synchronous = ${batch.some(({ lasting }) => lasting) ? 'FULL' : 'NORMAL'}; BEGIN IMMEDIATE`,
      );
      const settle: (() => void)[] = [];
      for (const { work } of batch) settle.push(await work());
      database.exec('COMMIT');
      for (const done of settle) done();
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      for (const { fail } of batch) fail(error);
    }
  };
  const shared =
    (lasting: boolean): SqlQuery =>
    (statement, ...values) =>
      new Promise((resolve, reject) => {
        const work = async () => {
          try {
            const rows = await run(statement, ...values);
            return () => resolve(rows);
          } catch (error) {
            return () => reject(error);
          }
        };
        waiting.push({ work, fail: reject, lasting });
        if (waiting.length === 1) setImmediate(() => void inTurn(commitWaiting));
      });
  return {
    query: readOnly ? run : shared(true),
    lazy: readOnly ? run : shared(false),
    now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    migrationLock: null,
    isDuplicate: (error) => /UNIQUE constraint failed/.test(messageOf(error)),
    transaction: (work) =>
      inTurn(async () => {
        database.exec('PRAGMA synchronous = FULL; BEGIN IMMEDIATE');
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
      while (waiting.length > 0) await new Promise((resolve) => setImmediate(resolve));
      await last;
      database.close();
      onClose();
    },
  };
}
