import { Pool, type PoolClient, type QueryResultRow } from 'pg';
import { HuxleyError, messageOf } from '../model/error.ts';
import { migrate } from './migrations.ts';
import type { SqlDriver, SqlQuery } from './sql.ts';
import { SqlStore } from './sql-store.ts';
import type { Store } from './store.ts';

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
    if (error instanceof HuxleyError) throw error;
    throw new HuxleyError(
      'journal.unreachable',
      `PostgreSQL at DATABASE_URL cannot be used: ${messageOf(error)}`,
      'Check that the server runs, that the database exists and that the user may create tables in it.',
      { cause: error },
    );
  }
  return new SqlStore(driver);
}

export function postgresDriver(url: string): SqlDriver {
  const pool = new Pool({ connectionString: url, max: 8, connectionTimeoutMillis: 10_000 });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  const queryOn =
    (client: Pool | PoolClient): SqlQuery =>
    async (statement, ...values) =>
      (await client.query<QueryResultRow>(statement, [...values])).rows;
  return {
    query: queryOn(pool),
    // A group of connections syncs off this process's thread: nothing to gain.
    lazy: queryOn(pool),
    now: '(extract(epoch FROM clock_timestamp()) * 1000)::bigint',
    // The number is arbitrary and Huxley's own.
    migrationLock: 'SELECT pg_advisory_xact_lock(7482169)',
    isDuplicate: (error) => (error as { code?: unknown }).code === '23505',
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await work(queryOn(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {});
        throw error;
      } finally {
        client.release();
      }
    },
    async [Symbol.asyncDispose]() {
      await pool.end();
    },
  };
}
