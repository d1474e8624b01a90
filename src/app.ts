import { join } from 'node:path';
import type { ApplicationFunction } from 'probot';
import { wire } from './app/wire.ts';
import { openPostgres } from './archive/postgres.ts';
import { openSqlite } from './archive/sqlite.ts';
import { huxleyHome } from './config/home.ts';

/** The App as Probot runs it (`probot run ./src/app.ts`); production uses `huxley serve`. */
const app: ApplicationFunction = async (probot) => {
  const { DATABASE_URL } = process.env;
  const store = DATABASE_URL
    ? await openPostgres(DATABASE_URL)
    : await openSqlite(join(huxleyHome(), 'journal.sqlite'));
  wire(probot, { store }).start();
};

export default app;
