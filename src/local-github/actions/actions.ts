import type { ServerContext } from '../server-context.ts';
import type { App } from '../store/rows.ts';
import type { Blobs } from './artifacts/blobs.ts';
import type { Signer } from './artifacts/signer.ts';
import type { ActionsOptions } from './options.ts';
import type { ActionsStore, RunRow } from './rows.ts';
import type { Logs } from './run/logs.ts';

/** What decides when jobs run; see `Scheduler`. */
export interface JobScheduler {
  start(run: RunRow): Promise<void>;
  enqueue(work: () => Promise<void>): void;
  repeat(ms: number, work: () => void): void;
  resume(): void;
  cancel(run: number): Promise<void>;
  loseRunner(run: number): void;
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Actions of one local GitHub: its tables, its files, and what runs. */
export interface Actions {
  readonly hub: ServerContext;
  readonly tables: ActionsStore;
  readonly options: Required<ActionsOptions>;
  readonly app: App;
  readonly logs: Logs;
  readonly blobs: Blobs;
  /** Signs addresses of files and the tokens of the artifact service. */
  readonly signer: Signer;
  /** Where jobs work. */
  readonly workFolder: string;
  readonly scheduler: JobScheduler;
}
