import { join } from 'node:path';
import type { ApplicationFunction } from 'probot';
import { openStore } from './app/open-store.ts';
import { wire } from './app/wire.ts';
import { huxleyHome } from './config/home.ts';

/** The App as Probot runs it (`probot run ./src/app.ts`); production uses `huxley serve`. */
const app: ApplicationFunction = async (probot) => {
  const databaseURL = process.env.DATABASE_URL ?? null;
  const store = await openStore({ databaseURL, sqlitePath: join(huxleyHome(), 'journal.sqlite') });
  wire(probot, { store }).start();
};

export default app;
