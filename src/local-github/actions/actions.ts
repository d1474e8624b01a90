import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Hub } from '../hub.ts';
import type { App } from '../store/rows.ts';
import { Blobs } from './artifacts/blobs.ts';
import { Signer } from './artifacts/signer.ts';
import { type ActionsOptions, withDefaults } from './options.ts';
import { type ActionsStore, openActionsStore } from './rows.ts';
import { actionsApp } from './run/app.ts';
import { Logs } from './run/logs.ts';
import { Scheduler } from './run/scheduler.ts';

/** Actions of one local GitHub: its tables, its files, and what runs. */
export class Actions {
  readonly hub: Hub;
  readonly tables: ActionsStore;
  readonly options: Required<ActionsOptions>;
  readonly app: App;
  readonly logs: Logs;
  readonly blobs: Blobs;
  /** Signs addresses of files and the tokens of the artifact service. */
  readonly signer = new Signer(randomBytes(32));
  /** Where jobs work. */
  readonly workFolder: string;
  readonly scheduler: Scheduler;

  constructor(hub: Hub, directory: string, options: ActionsOptions) {
    this.hub = hub;
    this.options = withDefaults(options);
    this.tables = openActionsStore(hub.store);
    this.app = actionsApp(hub);
    this.logs = new Logs(join(directory, 'logs'));
    this.blobs = new Blobs(join(directory, 'artifacts'));
    this.workFolder = join(directory, 'work');
    mkdirSync(this.workFolder, { recursive: true });
    this.scheduler = new Scheduler(this);
  }
}
