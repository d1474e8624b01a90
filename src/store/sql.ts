/** A value both databases take. */
export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, unknown>>;

/** Runs one statement; parameters are `$1`, `$2`, ... in order, each used at least once. */
export type SqlQuery = (statement: string, ...values: readonly SqlValue[]) => Promise<readonly SqlRow[]>;

/** The little of a database that the store needs, so that one text of SQL serves both. */
export interface SqlDriver extends AsyncDisposable {
  readonly query: SqlQuery;
  /** As `query`, for what may be undone by a power cut (never by the process's end): it need not wait for the disk. */
  readonly lazy: SqlQuery;
  /** All or nothing; rolled back when `work` rejects. */
  transaction<T>(work: (query: SqlQuery) => Promise<T>): Promise<T>;
  /** SQL for the database's own clock, in milliseconds since 1970. */
  readonly now: string;
  /** A statement that makes processes migrating at once wait for each other; `null` where one process is all there is. */
  readonly migrationLock: string | null;
  /** True for the error of a row that is there already. */
  isDuplicate(error: unknown): boolean;
}
