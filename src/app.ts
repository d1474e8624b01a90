import { join } from 'node:path';
import type { ApplicationFunction } from 'probot';
import { openStore } from './app/open-store.ts';
import { wire } from './app/wire.ts';
import { readPrivateKey } from './environment/app.ts';
import { huxleyHome } from './environment/home.ts';
import { orderSigner } from './order/signer.ts';

/** The App as Probot runs it (`probot run ./src/app.ts`); production uses `huxley serve`. */
const app: ApplicationFunction = async (probot) => {
  const databaseURL = process.env.DATABASE_URL ?? null;
  const store = await openStore({ databaseURL, sqlitePath: join(huxleyHome(), 'journal.sqlite') });
  // Probot keeps the key to itself; it is read again once something is to be signed.
  wire(probot, { store, signer: orderSigner(() => readPrivateKey(process.env)) }).service.start();
};

export default app;
