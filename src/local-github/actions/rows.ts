import type { Store } from '../store/store.ts';
import type { Row } from '../store/table.ts';
import type { Annotation, Conclusion, StepState } from './runner/job-request.ts';

/** A workflow file the repository has or had. */
export interface WorkflowRow extends Row {
  readonly repo: number;
  readonly path: string;
  readonly name: string;
  readonly state: 'active' | 'disabled_manually';
  /** `run_number` of its newest run, be that deleted or not; 0 without one. */
  readonly lastNumber?: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

type Status = 'queued' | 'pending' | 'in_progress' | 'completed';
export type RunEvent =
  | 'workflow_dispatch'
  | 'schedule'
  | 'push'
  | 'pull_request'
  | 'pull_request_target'
  | 'pull_request_review'
  | 'issues'
  | 'issue_comment'
  | 'workflow_run';

export interface RunRow extends Row {
  readonly repo: number;
  readonly workflow: number;
  readonly path: string;
  /** The workflow file as it was when the run was made. */
  readonly source: string;
  readonly title: string;
  readonly event: RunEvent;
  readonly headBranch: string;
  readonly headSha: string;
  /** `github.ref` and `github.sha`: for a pull request the merge, not the head. */
  readonly ref: string;
  readonly sha: string;
  readonly number: number;
  readonly attempt: number;
  readonly status: Status;
  readonly conclusion: Conclusion | null;
  /** Why the file could not be read, a line each; such a run has no jobs. */
  readonly problems: readonly string[];
  /** In lower case; the run is `pending` while another one of its repository holds it. */
  readonly concurrencyGroup: string | null;
  readonly cancelled: boolean;
  readonly actor: number;
  readonly suite: number;
  readonly pulls: readonly number[];
  readonly inputs: Readonly<Record<string, string | boolean | number>>;
  /** The event's payload. */
  readonly payload: unknown;
  readonly createdAt: string;
  readonly startedAt: string;
  readonly updatedAt: string;
}

export interface JobRow extends Row {
  readonly repo: number;
  readonly run: number;
  /** The job's id in the workflow file. */
  readonly key: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly status: Status;
  readonly conclusion: Conclusion | null;
  readonly checkRun: number;
  readonly steps: readonly StepState[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly annotations: readonly Annotation[];
  readonly summary: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
}

export interface ArtifactRow extends Row {
  readonly repo: number;
  readonly run: number;
  readonly job: number;
  readonly name: string;
  readonly finalized: boolean;
  /** Bytes. */
  readonly size: number;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string | null;
  readonly mimeType: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** A deployment environment: which branches may use it. `null`: every one; otherwise patterns of branch names. */
export interface EnvironmentRow extends Row {
  readonly repo: number;
  readonly name: string;
  readonly protectedBranches: boolean;
  readonly branches: readonly { readonly id: number; readonly name: string }[] | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A secret or variable of a repository (`environment` 0) or of an environment. */
export interface SettingRow extends Row {
  readonly repo: number;
  readonly environment: number;
  readonly kind: 'secret' | 'variable';
  readonly name: string;
  readonly value: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type ActionsStore = ReturnType<typeof openActionsStore>;

/** The tables of Actions, in the local GitHub's own database. */
export function openActionsStore({ table }: Pick<Store, 'table'>) {
  return {
    workflows: table<WorkflowRow>('workflows', { keys: ['repo', 'path'], unique: [['repo', 'path']] }),
    runs: table<RunRow>('workflow_runs', {
      keys: ['repo', 'workflow', 'event', 'headBranch', 'headSha', 'status', 'conclusion', 'concurrencyGroup', 'suite'],
    }),
    jobs: table<JobRow>('workflow_jobs', { keys: ['repo', 'run', 'status'] }),
    artifacts: table<ArtifactRow>('artifacts', { keys: ['repo', 'run', 'name', 'finalized'] }),
    environments: table<EnvironmentRow>('environments', {
      keys: ['repo', 'name'],
      nocase: ['name'],
      unique: [['repo', 'name']],
    }),
    settings: table<SettingRow>('settings', {
      keys: ['repo', 'environment', 'kind', 'name'],
      nocase: ['name'],
      unique: [['repo', 'environment', 'kind', 'name']],
    }),
  };
}
