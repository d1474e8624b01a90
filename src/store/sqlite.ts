import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError, messageOf } from '../model/error.ts';
import { migrate, NAME_TABLES } from './migrations.ts';
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
    // Whoever held a lease is gone: there is one process at a time.
    await driver.query('DELETE FROM leases');
  } catch (error) {
    await driver[Symbol.asyncDispose]();
    throw error;
  }
  return new SqlStore(driver);
}

/** What a store in a file holds now, as one compact file of bytes; another process or connection may be at work on it. */
export function snapshotSqlite(path: string): Buffer {
  const folder = mkdtempSync(join(dirname(path), 'snapshot-'));
  const copy = join(folder, 'journal.sqlite');
  const database = new DatabaseSync(path);
  try {
    database.prepare('VACUUM INTO ?').run(copy);
    return readFileSync(copy);
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
}

/** Opens a store for reading while another process may be at work on it. */
export function openSqliteForReading(path: string): Store {
  const database = new DatabaseSync(path, { readOnly: true });
  // A database of an older version knows repositories by name alone.
  const known = database.prepare('SELECT 1 FROM main.sqlite_schema WHERE name = ?');
  for (const [table, create] of Object.entries(NAME_TABLES)) if (known.get(table) === undefined) database.exec(create);
  return new SqlStore(sqliteDriver(database, { readOnly: true }));
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

/** SQLite's result codes (sqlite.org/rescode.html) that somebody has to do something about. */
const TROUBLE: Readonly<Record<number, readonly [code: string, what: string, remedy: string]>> = {
  5: ['journal.busy', 'Another program is writing to the journal', 'Close it: only Huxley may write there.'],
  8: [
    'journal.read-only',
    'The journal may only be read',
    'Make its file and folder writable for the user Huxley runs as.',
  ],
  10: [
    'journal.disk',
    'The disk that holds the journal is failing',
    'Check the log of the machine; restore the journal from a backup.',
  ],
  11: [
    'journal.corrupt',
    'The journal is corrupt',
    `Restore it from a backup, or rebuild the runs with ${commandLine('recover')}.`,
  ],
  13: [
    'journal.full',
    'The disk that holds the journal is full',
    'Free some space: nothing was half written, and Huxley continues.',
  ],
};

/** SQLite's errors that a person can do something about; others as they are. */
function inWords(error: unknown): unknown {
  const { errcode } = error as { readonly errcode?: unknown };
  const known = typeof errcode === 'number' ? TROUBLE[errcode & 0xff] : undefined;
  if (known === undefined || error instanceof HuxleyError) return error;
  const [code, what, remedy] = known;
  return new HuxleyError(code, `${what} (${messageOf(error)}).`, remedy, { cause: error });
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
  // An error that ended the transaction by itself, such as a full disk, must not be hidden by a rollback that finds none.
  const rollBack = () => {
    if (database.isTransaction) database.exec('ROLLBACK');
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
      rollBack();
      for (const { fail } of batch) fail(inWords(error));
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
            // Some errors end the whole transaction, the others' statements too.
            if (!database.isTransaction) throw error;
            return () => reject(inWords(error));
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
        try {
          database.exec('PRAGMA synchronous = FULL; BEGIN IMMEDIATE');
          const result = await work(run);
          database.exec('COMMIT');
          return result;
        } catch (error) {
          rollBack();
          throw inWords(error);
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
