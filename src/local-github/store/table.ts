import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

export interface Row {
  readonly id: number;
}

type Scalar = string | number | boolean | null;
/** Equality on declared keys; a list matches any of its members. */
export type Where<T> = { readonly [K in keyof T]?: Extract<T[K], Scalar> | readonly Extract<T[K], Scalar>[] };

export interface Listing<T> {
  /** A declared key to order by; `id` when left out. */
  readonly by?: keyof T & string;
  readonly descending?: boolean;
  readonly limit?: number;
  readonly offset?: number;
  /** Rows with a smaller id only. */
  readonly below?: number;
}

export interface Keys<T> {
  /** Fields that queries may name, each indexed. */
  readonly keys: readonly (keyof T & string)[];
  /** Keys compared without regard to case. */
  readonly nocase?: readonly (keyof T & string)[];
  /** Combinations of keys no two rows may share. */
  readonly unique?: readonly (readonly (keyof T & string)[])[];
  /** Rows too large to be kept in memory (default: they are kept). */
  readonly large?: boolean;
}

/** Parsed rows kept of one table. */
const MAX_KEPT = 8_192;

const bind = (value: Scalar): SQLInputValue => (typeof value === 'boolean' ? Number(value) : value);

/** Rows kept as JSON documents, numbered from 1, with the declared keys extracted for queries. */
export class Table<T extends Row> {
  readonly #db: DatabaseSync;
  readonly #name: string;
  readonly #keys: ReadonlySet<string>;
  readonly #statements = new Map<string, StatementSync>();
  readonly #kept = new Map<number, T>();
  readonly #keeps: boolean;

  constructor(db: DatabaseSync, name: string, { keys, nocase = [], unique = [], large = false }: Keys<T>) {
    this.#db = db;
    this.#keeps = !large;
    this.#name = name;
    this.#keys = new Set(['id', ...keys]);
    const column = (key: keyof T & string) =>
      `"${key}" ${nocase.includes(key) ? 'TEXT COLLATE NOCASE ' : ''}GENERATED ALWAYS AS (json_extract(doc, '$.${key}')) VIRTUAL`;
    db.exec(
      [
        `CREATE TABLE IF NOT EXISTS "${name}" (${['id INTEGER PRIMARY KEY AUTOINCREMENT, doc TEXT NOT NULL', ...keys.map(column)].join(', ')})`,
        ...keys.map((key) => `CREATE INDEX IF NOT EXISTS "${name}.${key}" ON "${name}" ("${key}")`),
        ...unique.map(
          (set) =>
            `CREATE UNIQUE INDEX IF NOT EXISTS "${name}.${set.join('+')}.unique" ON "${name}" (${set.map((key) => `"${key}"`).join(', ')})`,
        ),
      ].join(';'),
    );
  }

  insert(row: Omit<T, 'id'>): T {
    const { lastInsertRowid } = this.#prepare(`INSERT INTO "${this.#name}" (doc) VALUES (?)`).run(JSON.stringify(row));
    return { ...row, id: Number(lastInsertRowid) } as T;
  }

  get(id: number): T | undefined {
    return this.#kept.get(id) ?? this.find({ id } as Where<T>);
  }

  find(where: Where<T>): T | undefined {
    return this.list(where, { limit: 1 })[0];
  }

  list(where: Where<T> = {}, { by, descending = false, limit = -1, offset = 0, below }: Listing<T> = {}): T[] {
    const { sql, values } = this.#where(where, below);
    const direction = descending ? 'DESC' : 'ASC';
    const order = by === undefined ? `id ${direction}` : `"${by}" ${direction}, id ${direction}`;
    return this.#prepare(`SELECT id, doc FROM "${this.#name}" ${sql} ORDER BY ${order} LIMIT ? OFFSET ?`)
      .all(...values, limit, offset)
      .map(
        (row) => this.#kept.get(Number(row.id)) ?? this.#keep({ ...JSON.parse(String(row.doc)), id: Number(row.id) }),
      );
  }

  count(where: Where<T> = {}): number {
    const { sql, values } = this.#where(where);
    return Number(this.#prepare(`SELECT count(*) AS n FROM "${this.#name}" ${sql}`).get(...values)!.n);
  }

  update(id: number, change: Partial<Omit<T, 'id'>>): T {
    const row = this.get(id);
    if (row === undefined) throw new Error(`${this.#name} has no row ${id}`);
    const next = { ...row, ...change };
    this.#prepare(`UPDATE "${this.#name}" SET doc = ? WHERE id = ?`).run(
      JSON.stringify({ ...next, id: undefined }),
      id,
    );
    return this.#keep(next);
  }

  delete(id: number): void {
    this.#prepare(`DELETE FROM "${this.#name}" WHERE id = ?`).run(id);
    this.#kept.delete(id);
  }

  #keep(row: T): T {
    if (!this.#keeps) return row;
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(row.id, row);
    return row;
  }

  #where(where: Where<T>, below?: number): { sql: string; values: SQLInputValue[] } {
    const terms: string[] = [];
    const values: SQLInputValue[] = [];
    if (below !== undefined) {
      terms.push('id < ?');
      values.push(below);
    }
    for (const [key, wanted] of Object.entries(where) as [string, Scalar | readonly Scalar[] | undefined][]) {
      if (wanted === undefined) continue;
      if (!this.#keys.has(key)) throw new Error(`${this.#name} has no key ${key}`);
      if (Array.isArray(wanted)) {
        terms.push(`"${key}" IN (${wanted.map(() => '?').join(', ')})`);
        values.push(...wanted.map(bind));
      } else {
        terms.push(`"${key}" IS ?`);
        values.push(bind(wanted as Scalar));
      }
    }
    return { sql: terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`, values };
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
