import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerContext } from '../server-context.ts';
import type { Actions } from './actions.ts';
import { Blobs } from './artifacts/blobs.ts';
import { Signer } from './artifacts/signer.ts';
import { type ActionsOptions, withDefaults } from './options.ts';
import { openActionsStore } from './rows.ts';
import { actionsApp } from './run/app.ts';
import { Logs } from './run/logs.ts';
import { Scheduler } from './run/scheduler.ts';

/** Actions over the state of a local GitHub; `directory` holds logs, artifacts and working directories. */
export function openActions(hub: ServerContext, directory: string, options: ActionsOptions): Actions {
  const workFolder = join(directory, 'work');
  mkdirSync(workFolder, { recursive: true });
  const parts = {
    hub,
    tables: openActionsStore(hub.store),
    options: withDefaults(options),
    app: actionsApp(hub),
    logs: new Logs(join(directory, 'logs')),
    blobs: new Blobs(join(directory, 'artifacts')),
    signer: new Signer(randomBytes(32)),
    workFolder,
  };
  const actions: Actions = {
    ...parts,
    get scheduler() {
      return scheduler;
    },
  };
  const scheduler = new Scheduler(actions);
  return actions;
}
