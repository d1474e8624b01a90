import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { huxleyHome } from '../../environment/home.ts';
import { commandLine } from '../../model/command-line.ts';
import { HuxleyError } from '../../model/error.ts';
import { openPostgresForReading } from '../../store/postgres.ts';
import { openSqliteForReading } from '../../store/sqlite.ts';
import type { Store } from '../../store/store.ts';

/** The journal the App on this machine keeps, for reading beside it: `DATABASE_URL`, or the file in `HUXLEY_HOME`. */
export async function openForReading(env: NodeJS.ProcessEnv = process.env): Promise<Store> {
  if (env.DATABASE_URL) return openPostgresForReading(env.DATABASE_URL);
  const path = join(huxleyHome(env), 'journal.sqlite');
  if (!existsSync(path))
    throw new HuxleyError(
      'journal.missing',
      `There is no journal at ${path}.`,
      `Set HUXLEY_HOME or DATABASE_URL as for ${commandLine('serve')}.`,
    );
  return openSqliteForReading(path);
}
