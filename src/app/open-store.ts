import { openPostgres } from '../store/postgres.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';

/** The store a deployment asks for: PostgreSQL where it names one, else the embedded one. */
export function openStore({
  databaseURL,
  sqlitePath,
}: {
  databaseURL: string | null;
  sqlitePath: string;
}): Promise<Store> {
  return databaseURL ? openPostgres(databaseURL) : openSqlite(sqlitePath);
}
