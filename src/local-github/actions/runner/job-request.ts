import type { Contexts } from '../workflow/expression.ts';
import type { Job, Workflow } from '../workflow/model.ts';
import type { Grace } from './process.ts';

export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped';

/** Where a step stands, as the REST interface reports it. */
export interface StepState {
  readonly name: string;
  readonly number: number;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion: Conclusion | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
}

/** What a step said about a place, as a check run shows it. */
export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
}

/** Everything a runner is told about one job. */
export interface JobRequest {
  readonly workflow: Workflow;
  readonly job: Job;
  /** The contexts `github`, `vars`, `inputs`, `needs` and `secrets`. */
  readonly contexts: Contexts & { readonly github: Readonly<Record<string, unknown>> };
  readonly secrets: Readonly<Record<string, string>>;
  /** The job's `GITHUB_TOKEN`. */
  readonly token: string;
  /** Environment of actions alone (not of `run` steps): the token and address of the artifact service. */
  readonly actionsEnvironment: Readonly<Record<string, string>>;
  /** Environment every step starts from. */
  readonly environment: Readonly<Record<string, string>>;
  /** A directory of this job's own; the caller removes it. */
  readonly directory: string;
  /** Directories of the actions this runner knows, by `owner/repository[/path]`. */
  readonly actions: Readonly<Record<string, string>>;
  /** Cancels the job. */
  readonly cancel: AbortSignal;
  /** Ends the job as a machine that loses its power would: nothing is reported any more. */
  readonly lost: AbortSignal;
  readonly grace: Grace;
  readonly log: (line: string) => void;
  readonly onSteps: (steps: readonly StepState[]) => void;
}

export interface JobOutcome {
  readonly conclusion: Conclusion;
  readonly outputs: Readonly<Record<string, string>>;
  readonly annotations: readonly Annotation[];
  /** The job summary, Markdown, secrets masked. */
  readonly summary: string;
}
