import { HuxleyError } from '../model/error.ts';
import type { SqlDriver } from './sql.ts';

/** Statements by version, applied in order and never changed once released. Text valid in SQLite and in PostgreSQL. */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE journal (
      repository TEXT NOT NULL, run TEXT NOT NULL, seq BIGINT NOT NULL, at TEXT NOT NULL, event TEXT NOT NULL,
      PRIMARY KEY (repository, run, seq))`,
    `CREATE TABLE documents (
      repository TEXT NOT NULL, run TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
      PRIMARY KEY (repository, run, name))`,
    `CREATE TABLE deliveries (
      id TEXT PRIMARY KEY, event TEXT NOT NULL, payload TEXT NOT NULL, received_ms BIGINT NOT NULL,
      claimed_ms BIGINT NOT NULL DEFAULT 0, attempts BIGINT NOT NULL DEFAULT 0, done_ms BIGINT, error TEXT)`,
    'CREATE INDEX deliveries_waiting ON deliveries (received_ms) WHERE done_ms IS NULL',
    'CREATE TABLE leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until_ms BIGINT NOT NULL)',
  ],
  [
    // GitHub's number for a repository, the name it has now, and the one its rows stand under, which never changes.
    'CREATE TABLE repositories (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, home TEXT NOT NULL UNIQUE)',
  ],
  [
    // Whose work a delivery is: one account's never waits for another's.
    "ALTER TABLE deliveries ADD COLUMN origin TEXT NOT NULL DEFAULT ''",
    'CREATE INDEX deliveries_done ON deliveries (done_ms) WHERE done_ms IS NOT NULL',
    'CREATE INDEX journal_runs ON journal (repository, run, at) WHERE seq = 1',
    // Times of an account's content writes within the last hour, as a JSON list of milliseconds.
    'CREATE TABLE writes (account TEXT PRIMARY KEY, times TEXT NOT NULL)',
  ],
  [
    // Names that repositories had and no other has now: whoever has not heard of a new name still finds the rows.
    'CREATE TABLE former_names (name TEXT PRIMARY KEY, id BIGINT NOT NULL)',
  ],
];

/** Tables by which a repository's rows are found, as a database of an older version needs them to be read: empty. */
export const NAME_TABLES = {
  repositories: 'CREATE TEMP TABLE repositories (id BIGINT, name TEXT, home TEXT)',
  former_names: 'CREATE TEMP TABLE former_names (name TEXT, id BIGINT)',
} as const;

/** @throws HuxleyError `journal.newer` when a newer Huxley has written the database */
export function mustKnow(version: number): void {
  if (version <= MIGRATIONS.length) return;
  throw new HuxleyError(
    'journal.newer',
    `The database has version ${version}; this version of Huxley knows up to ${MIGRATIONS.length}.`,
    'Run the newer Huxley that wrote it, or restore the backup made before the upgrade.',
  );
}

/**
 * Brings a database to the newest version, or to `target` in tests.
 * @throws HuxleyError `journal.newer` when a newer Huxley has written it.
 */
export async function migrate(driver: SqlDriver, target = MIGRATIONS.length): Promise<void> {
  await driver.transaction(async (query) => {
    if (driver.migrationLock) await query(driver.migrationLock);
    await query('CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)');
    const [row] = await query('SELECT coalesce(max(version), 0) AS version FROM schema_version');
    const version = Number(row?.version ?? 0);
    mustKnow(version);
    for (let next = version + 1; next <= target; next++) {
      for (const statement of MIGRATIONS[next - 1]!) await query(statement);
      await query('INSERT INTO schema_version (version) VALUES ($1)', next);
    }
  });
}
