import { Pool, type PoolClient, type QueryResultRow } from 'pg';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError, messageOf } from '../model/error.ts';
import { migrate, mustKnow, NAME_TABLES } from './migrations.ts';
import type { SqlDriver, SqlQuery } from './sql.ts';
import { SqlStore } from './sql-store.ts';
import type { Store } from './store.ts';

/** Milliseconds after which a statement without an answer is given up: a server that hangs must not hang the App. */
const STATEMENT_MS = 60_000;

/**
 * Opens the store in PostgreSQL, for several processes at once.
 * @throws HuxleyError `journal.unreachable` when the server does not answer.
 */
export async function openPostgres(url: string): Promise<Store> {
  const driver = postgresDriver(url);
  try {
    await migrate(driver);
  } catch (error) {
    await driver[Symbol.asyncDispose]();
    if (error instanceof HuxleyError && error.code !== 'journal.unreachable') throw error;
    throw unreachable(error);
  }
  return new SqlStore(driver);
}

/**
 * Opens the store for reading: nothing in the database is changed, not even its version.
 * @throws HuxleyError `journal.unreachable`, `journal.missing` or `journal.newer`
 */
export async function openPostgresForReading(url: string): Promise<Store> {
  const driver = postgresDriver(url, true);
  try {
    const [there] = await driver.query("SELECT to_regclass('schema_version') IS NOT NULL AS journal");
    if (there?.journal !== true)
      throw new HuxleyError(
        'journal.missing',
        'The database at DATABASE_URL holds no journal.',
        `Set DATABASE_URL as for ${commandLine('serve')}.`,
      );
    const [row] = await driver.query('SELECT max(version) AS version FROM schema_version');
    mustKnow(Number(row?.version ?? 0));
    // A database of an older version knows repositories by name alone.
    for (const [table, create] of Object.entries(NAME_TABLES)) {
      const [known] = await driver.query('SELECT to_regclass($1) IS NOT NULL AS there', table);
      if (known?.there === true) continue;
      await driver.transaction(async (query) => {
        await query('SET TRANSACTION READ WRITE');
        await query(create);
      });
    }
  } catch (error) {
    await driver[Symbol.asyncDispose]();
    throw error instanceof HuxleyError ? error : unreachable(error);
  }
  return new SqlStore(driver);
}

export function postgresDriver(url: string, readOnly = false): SqlDriver {
  const pool = new Pool({
    connectionString: url,
    // Temporary tables are a connection's own.
    max: readOnly ? 1 : 8,
    ...(readOnly ? { options: '-c default_transaction_read_only=on' } : {}),
    connectionTimeoutMillis: 10_000,
    query_timeout: STATEMENT_MS,
    keepAlive: true,
  });
  // A connection may break at any time, idle or at work: its statement fails and the pool opens another. An 'error' event
  // nobody listens to would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const queryOn =
    (client: Pool | PoolClient): SqlQuery =>
    async (statement, ...values) =>
      (await client.query<QueryResultRow>(statement, [...values])).rows;
  const query: SqlQuery = (statement, ...values) => onceMore(() => queryOn(pool)(statement, ...values));
  /** `work` may be done once more where it cannot have been done: not once a commit was asked for. */
  const inTransaction = async <T>(work: (query: SqlQuery) => Promise<T>, state: { asked: boolean }): Promise<T> => {
    const client = await pool.connect();
    let broken: unknown;
    try {
      await client.query('BEGIN');
      const result = await work(queryOn(client));
      state.asked = true;
      await client.query('COMMIT');
      return result;
    } catch (error) {
      broken = hungUp(error)
        ? error
        : await client.query('ROLLBACK').then(
            () => undefined,
            (again) => again,
          );
      throw error;
    } finally {
      client.release(broken !== undefined);
    }
  };
  return {
    query,
    // A group of connections syncs off this process's thread: nothing to gain.
    lazy: query,
    now: '(extract(epoch FROM clock_timestamp()) * 1000)::bigint',
    // The number is arbitrary and Huxley's own.
    migrationLock: 'SELECT pg_advisory_xact_lock(7482169)',
    isDuplicate: (error) => (error as { code?: unknown }).code === '23505',
    transaction(work) {
      const state = { asked: false };
      return onceMore(
        () => inTransaction(work, state),
        () => !state.asked,
      );
    },
    async [Symbol.asyncDispose]() {
      await pool.end();
    },
  };
}

/** Does something again, on another connection, when the first hung up; every statement of the store may be repeated. */
async function onceMore<T>(act: () => Promise<T>, mayRepeat: () => boolean = () => true): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!hungUp(error)) throw error;
    if (!mayRepeat()) throw unreachable(error);
  }
  try {
    return await act();
  } catch (error) {
    throw hungUp(error) ? unreachable(error) : error;
  }
}

/**
 * Whether a connection broke or could not be made: the server's own words (class 08, 57P01 to 57P03, 53300), the kernel's, or
 * the driver's, which have no code.
 */
function hungUp(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string')
    return /^(08...|57P0[123]|53300|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOENT)$/.test(code);
  if (error instanceof AggregateError) return error.errors.some(hungUp);
  return /connection (terminated|ended|closed)|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|not queryable/i.test(
    messageOf(error),
  );
}

function unreachable(cause: unknown): HuxleyError {
  return new HuxleyError(
    'journal.unreachable',
    `PostgreSQL at DATABASE_URL cannot be used: ${messageOf(cause) || 'no connection'}`,
    'Check that the server runs, that the database exists and that the user may create tables in it.',
    { cause },
  );
}
