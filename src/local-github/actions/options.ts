import { availableParallelism } from 'node:os';
import { GRACE, type Grace } from './runner/process.ts';
import type { Permissions } from './workflow/model.ts';

/** How the local GitHub runs workflows. */
export interface ActionsOptions {
  /** Jobs that run at the same time; default: as many as the machine has processors. 0 leaves every job queued. */
  readonly slots?: number;
  /** Directories of actions, by `owner/repository[/path]`; any ref of them means the directory. */
  readonly actions?: Readonly<Record<string, string>>;
  /** Variables every step sees beside `PATH` and GitHub's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What `GITHUB_TOKEN` may do where a workflow does not say; default: read contents and packages. */
  readonly defaultPermissions?: Permissions;
  /** Older servers refuse `return_run_details` in a dispatch; `false` makes this one do so. */
  readonly returnRunDetails?: boolean;
  /** Milliseconds between two times every `schedule` fires, whatever its cron expression; 0 (default): never by itself. */
  readonly scheduleEveryMs?: number;
  /** Whether the end of a run that a `GITHUB_TOKEN` dispatched starts workflows by `workflow_run`; default: no. */
  readonly followTokenRuns?: boolean;
  readonly grace?: Grace;
  /** Milliseconds until a job whose runner was lost is reported as failed; GitHub takes minutes. */
  readonly lostAfterMs?: number;
  /** Keeps the directories jobs worked in. */
  readonly keepWork?: boolean;
}

export function withDefaults(options: ActionsOptions): Required<ActionsOptions> {
  return {
    slots: availableParallelism(),
    actions: {},
    environment: {},
    defaultPermissions: { contents: 'read', packages: 'read' },
    returnRunDetails: true,
    scheduleEveryMs: 0,
    followTokenRuns: false,
    grace: GRACE,
    lostAfterMs: 2_000,
    keepWork: false,
    ...options,
  };
}
