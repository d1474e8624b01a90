import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Forge } from '../../src/github/forge.ts';
import { secretSigner } from '../../src/order/signer.ts';
import type { ControllerServices } from '../../src/run/loop/controller.ts';
import { systemClock } from '../../src/run/state/clock.ts';
import { DEFAULT_OPTIONS } from '../../src/run/state/options.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';

/** An empty store for the length of a test. */
export async function storeForTest(): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-store-'));
  const store = await openSqlite(join(folder, 'journal.sqlite'));
  onTestFinished(async () => {
    await store[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  return store;
}

/** What a controller needs, over stand-ins for repositories. */
export function servicesOn(store: Store, forge: (repository: string) => Promise<Partial<Forge>>): ControllerServices {
  return {
    store,
    forges: {
      repositories: async () => [],
      forge: async (repository) =>
        ({ repository, shared: false, frugal: false, ...(await forge(repository)) }) as Forge,
      giveWay: () => {},
      redeliver: async () => 0,
    },
    clock: systemClock,
    options: DEFAULT_OPTIONS,
    log: pino({ level: 'silent' }),
    signer: secretSigner('x'.repeat(43)),
  };
}
