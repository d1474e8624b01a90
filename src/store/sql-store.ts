import { HuxleyError } from '../model/error.ts';
import type { ArchiveEvent, JournalEntry } from '../model/event.ts';
import { counting, lastHour, type WriteLimits, type WriteTaken, writeWait } from '../model/limits/write-window.ts';
import { readEvent } from './damage.ts';
import { parseEvent } from './event-schema.ts';
import { HOME, identify, locate } from './identities.ts';
import type { KeptDocument, RunKey } from './journal.ts';
import type { SqlDriver, SqlQuery } from './sql.ts';
import type { ClaimedDelivery, Delivery, KeptDelivery, Located, Store, Wanted } from './store.ts';

const JOURNAL_LENGTH = `SELECT coalesce(max(seq), 0) AS length FROM journal WHERE repository = ${HOME} AND run = $2`;

/** Journal entries in one statement: databases take some ten thousand parameters. */
const ENTRIES_AT_ONCE = 500;

async function* batchesOf(
  entries: Iterable<JournalEntry> | AsyncIterable<JournalEntry>,
): AsyncGenerator<readonly JournalEntry[]> {
  let some: JournalEntry[] = [];
  for await (const entry of entries) {
    some.push(entry);
    if (some.length < ENTRIES_AT_ONCE) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

async function putDocument(query: SqlQuery, { key, name, value }: KeptDocument): Promise<void> {
  await query(
    `INSERT INTO documents (repository, run, name, value) VALUES (${HOME}, $2, $3, $4)
     ON CONFLICT (repository, run, name) DO UPDATE SET value = excluded.value`,
    key.repository,
    key.run,
    name,
    JSON.stringify(value),
  );
}

/** The store over either database. */
export class SqlStore implements Store {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** SQL for a time that is past; one further ahead than `$n` could have put it twice over was noted before the clock was set back. */
  readonly #isOver = (time: string, $n: string): string =>
    `(${time} < ${this.#driver.now} OR ${time} > ${this.#driver.now} + 2 * abs(${$n}) + 60000)`;

  async append(
    key: RunKey,
    after: number,
    events: readonly ArchiveEvent[],
    beside?: KeptDocument,
  ): Promise<readonly JournalEntry[]> {
    const at = new Date().toISOString();
    const entries = events.map((event, i) => {
      const seq = after + i + 1;
      return { seq, at, event: parseEvent(event, `Event ${seq} of ${key.repository} ${key.run}`) };
    });
    await this.#insert(key, after, entries, beside);
    return entries;
  }

  async restore(key: RunKey, entries: Iterable<JournalEntry> | AsyncIterable<JournalEntry>): Promise<void> {
    await this.#insert(key, 0, entries);
  }

  async #insert(
    key: RunKey,
    after: number,
    entries: Iterable<JournalEntry> | AsyncIterable<JournalEntry>,
    beside?: KeptDocument,
  ): Promise<void> {
    try {
      await this.#driver.transaction(async (query) => {
        const [row] = await query(JOURNAL_LENGTH, key.repository, key.run);
        if (Number(row?.length) !== after) throw conflict(key, after);
        for await (const some of batchesOf(entries)) {
          const rows = some.map((_, i) => `(${HOME}, $2, $${3 * i + 3}, $${3 * i + 4}, $${3 * i + 5})`);
          await query(
            `INSERT INTO journal (repository, run, seq, at, event) VALUES ${rows.join(', ')}`,
            key.repository,
            key.run,
            ...some.flatMap(({ seq, at, event }) => [seq, at, JSON.stringify(event)]),
          );
        }
        if (beside) await putDocument(query, beside);
      });
    } catch (error) {
      throw this.#driver.isDuplicate(error) ? conflict(key, after) : error;
    }
  }

  async read(key: RunKey, after = 0, limit = Number.MAX_SAFE_INTEGER): Promise<readonly JournalEntry[]> {
    const rows = await this.#driver.query(
      `SELECT seq, at, event FROM journal WHERE repository = ${HOME} AND run = $2 AND seq > $3 ORDER BY seq LIMIT $4`,
      key.repository,
      key.run,
      after,
      limit,
    );
    return rows.map(({ seq, at, event }) => ({
      seq: Number(seq),
      at: String(at),
      event: readEvent(String(event), `Entry ${seq} of ${key.repository} ${key.run}`),
    }));
  }

  async runs(repository?: string, since?: string): Promise<readonly RunKey[]> {
    const rows = await this.#driver.query(
      `SELECT coalesce((SELECT name FROM repositories WHERE home = repository), repository) AS repository, run
       FROM journal WHERE seq = 1 AND ($1 = '' OR repository = ${HOME}) AND ($2 = '' OR $2 <= (SELECT at FROM journal AS last
         WHERE last.repository = journal.repository AND last.run = journal.run ORDER BY seq DESC LIMIT 1))
       ORDER BY at, repository, run`,
      repository ?? '',
      since ?? '',
    );
    return rows.map((row) => ({ repository: String(row.repository), run: String(row.run) }));
  }

  async pending(repository?: string): Promise<readonly (RunKey & { readonly over: boolean })[]> {
    const has = (name: string, value = '') =>
      `EXISTS (SELECT 1 FROM documents AS d WHERE d.repository = journal.repository AND d.run = journal.run
         AND d.name = '${name}'${value === '' ? '' : ` AND d.value = '${value}'`})`;
    const over = has('wound-up', 'true');
    const rows = await this.#driver.query(
      `SELECT coalesce((SELECT name FROM repositories WHERE home = repository), repository) AS repository, run,
         CASE WHEN ${over} THEN 1 ELSE 0 END AS over
       FROM journal WHERE seq = 1 AND ($1 = '' OR repository = ${HOME}) AND ${has('spec')}
         AND (NOT ${over} OR ${has('release', '"awaiting"')}) ORDER BY at, repository, run`,
      repository ?? '',
    );
    return rows.map((row) => ({
      repository: String(row.repository),
      run: String(row.run),
      over: Number(row.over) === 1,
    }));
  }

  async identify(id: number, name: string, former?: string): Promise<void> {
    await this.#driver.transaction(async (query) => {
      if (this.#driver.migrationLock) await query(this.#driver.migrationLock);
      await identify(query, id, name, former);
    });
  }

  locate(repository: string): Promise<Located> {
    return locate(this.#driver.query, repository);
  }

  async nameOf(id: number): Promise<string | null> {
    const [row] = await this.#driver.query('SELECT name FROM repositories WHERE id = $1', id);
    return row === undefined ? null : String(row.name);
  }

  async receive({ id, event, payload }: Delivery, origin: string): Promise<boolean> {
    const rows = await this.#driver.query(
      `INSERT INTO deliveries (id, event, payload, origin, received_ms) VALUES ($1, $2, $3, $4, ${this.#driver.now})
       ON CONFLICT (id) DO NOTHING RETURNING id`,
      id,
      event,
      JSON.stringify(payload),
      origin,
    );
    return rows.length > 0;
  }

  // A claim or a finish that is lost has a delivery worked on once more, which changes nothing.
  async claim({ limit, perOrigin, except }: Wanted, seconds: number): Promise<readonly ClaimedDelivery[]> {
    const free = `done_ms IS NULL AND ${this.#isOver('claimed_ms', '$2')}`;
    const rows = await this.#driver.lazy(
      `UPDATE deliveries SET claimed_ms = ${this.#driver.now} + $2, attempts = attempts + 1
       WHERE ${free} AND id IN (
         SELECT id FROM (
           SELECT id, received_ms, row_number() OVER (PARTITION BY origin ORDER BY received_ms, id) AS place
           FROM deliveries WHERE ${free}${noneOf('origin', except, 4)}) AS ranked
         WHERE place <= $3 ORDER BY received_ms, id LIMIT $1)
       RETURNING id, event, payload, origin, attempts, received_ms`,
      limit,
      Math.round(seconds * 1_000),
      perOrigin,
      ...except,
    );
    return [...rows]
      .sort((a, b) => Number(a.received_ms) - Number(b.received_ms) || String(a.id).localeCompare(String(b.id)))
      .map((row) => ({
        id: String(row.id),
        event: String(row.event),
        payload: readJson(row.payload),
        origin: String(row.origin),
        attempts: Number(row.attempts),
      }));
  }

  async keep(ids: readonly string[], seconds: number): Promise<void> {
    for (const id of ids)
      await this.#driver.lazy(
        `UPDATE deliveries SET claimed_ms = ${this.#driver.now} + $2 WHERE id = $1 AND done_ms IS NULL`,
        id,
        Math.round(seconds * 1_000),
      );
  }

  async finish(id: string, error?: string): Promise<void> {
    await this.#driver.lazy(
      `UPDATE deliveries SET done_ms = ${this.#driver.now}, error = $2${error === undefined ? ", payload = 'null'" : ''} WHERE id = $1`,
      id,
      error ?? null,
    );
  }

  async deliveries(): Promise<readonly KeptDelivery[]> {
    const rows = await this.#driver.query(
      `SELECT id, event, payload, attempts, received_ms, error FROM deliveries
       WHERE done_ms IS NULL OR error IS NOT NULL ORDER BY received_ms DESC, id LIMIT 200`,
    );
    return rows.map(({ id, event, payload, attempts, received_ms, error }) => ({
      id: String(id),
      event: String(event),
      payload: readJson(payload),
      attempts: Number(attempts),
      receivedAt: new Date(Number(received_ms)).toISOString(),
      error: error === null ? null : String(error),
    }));
  }

  async forget(days: number, limit: number): Promise<number> {
    const rows = await this.#driver.query(
      `DELETE FROM deliveries WHERE id IN (
         SELECT id FROM deliveries WHERE done_ms IS NOT NULL AND done_ms < ${this.#driver.now} - $1 LIMIT $2) RETURNING id`,
      Math.round(days * 86_400_000),
      limit,
    );
    return rows.length;
  }

  async takeWrite(account: string, limits: WriteLimits): Promise<WriteTaken> {
    return this.#driver.transaction(async (query) => {
      // The row is locked by being written, so that processes come one after another.
      const [row] = await query(
        `INSERT INTO writes (account, times) VALUES ($1, '[]') ON CONFLICT (account) DO UPDATE SET account = excluded.account
         RETURNING times, ${this.#driver.now} AS now`,
        account,
      );
      const now = Number(row!.now);
      const times = counting(readJson(row!.times) as number[], now);
      const waitMs = writeWait(times, now, limits);
      if (waitMs === 0)
        await query('UPDATE writes SET times = $2 WHERE account = $1', account, JSON.stringify([...times, now]));
      return { waitMs, used: lastHour(times, now, limits) };
    });
  }

  async readDocument(key: RunKey, name: string): Promise<unknown> {
    const [row] = await this.#driver.query(
      `SELECT value FROM documents WHERE repository = ${HOME} AND run = $2 AND name = $3`,
      key.repository,
      key.run,
      name,
    );
    return row && readJson(row.value);
  }

  async readDocuments(key: RunKey, prefix: string): Promise<ReadonlyMap<string, unknown>> {
    const rows = await this.#driver.query(
      `SELECT name, value FROM documents WHERE repository = ${HOME} AND run = $2 AND substr(name, 1, $4) = $3 ORDER BY name`,
      key.repository,
      key.run,
      prefix,
      prefix.length,
    );
    return new Map(rows.map(({ name, value }) => [String(name), readJson(value)]));
  }

  async writeDocument(key: RunKey, name: string, value: unknown): Promise<void> {
    if (value === undefined)
      await this.#driver.query(
        `DELETE FROM documents WHERE repository = ${HOME} AND run = $2 AND name = $3`,
        key.repository,
        key.run,
        name,
      );
    else await putDocument(this.#driver.query, { key, name, value });
  }

  async lease(name: string, holder: string, seconds: number): Promise<boolean> {
    const rows = await this.#driver.query(
      `INSERT INTO leases (name, holder, until_ms) VALUES ($1, $2, ${this.#driver.now} + $3)
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms
       WHERE leases.holder = excluded.holder OR ${this.#isOver('leases.until_ms', '$3')}
       RETURNING name`,
      name,
      holder,
      Math.round(seconds * 1_000),
    );
    return rows.length > 0;
  }

  async release(name: string, holder: string): Promise<void> {
    await this.#driver.query('DELETE FROM leases WHERE name = $1 AND holder = $2', name, holder);
  }

  async leaseOf(name: string): Promise<{ readonly holder: string; readonly secondsLeft: number } | null> {
    const [row] = await this.#driver.query(
      `SELECT holder, until_ms - ${this.#driver.now} AS left_ms FROM leases WHERE name = $1`,
      name,
    );
    return row === undefined ? null : { holder: String(row.holder), secondsLeft: Number(row.left_ms) / 1_000 };
  }

  async check(): Promise<void> {
    await this.lease('health', 'health', 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#driver[Symbol.asyncDispose]();
  }
}

/** SQL for a column that has none of some values, which are parameters from `$first` on. */
function noneOf(column: string, values: readonly string[], first: number): string {
  if (values.length === 0) return '';
  return ` AND ${column} NOT IN (${values.map((_, index) => `$${first + index}`).join(', ')})`;
}

function readJson(text: unknown): unknown {
  return JSON.parse(String(text));
}

function conflict(key: RunKey, after: number): HuxleyError {
  return new HuxleyError(
    'journal.conflict',
    `The journal of ${key.repository} ${key.run} is no longer ${after} entries long.`,
    'Somebody else wrote to it; read it again.',
  );
}
