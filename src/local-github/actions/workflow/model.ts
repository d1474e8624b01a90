/** A value of a workflow file that may hold `${{ }}` expressions; evaluated when the job runs. */
export type Template = string | number | boolean | null;
export type TemplateMap = Readonly<Record<string, Template>>;

/** What a workflow grants its jobs' `GITHUB_TOKEN`: every scope at one level, or a level for each scope named. */
export type Permissions = 'read-all' | 'write-all' | Readonly<Record<string, 'read' | 'write' | 'none'>>;

/** Filters of one event under `on:`. */
export interface EventFilter {
  readonly types?: readonly string[];
  readonly branches?: readonly string[];
  readonly 'branches-ignore'?: readonly string[];
  readonly tags?: readonly string[];
  readonly 'tags-ignore'?: readonly string[];
  readonly paths?: readonly string[];
  readonly 'paths-ignore'?: readonly string[];
  /** `workflow_run`: names of the workflows whose runs it is about. */
  readonly workflows?: readonly string[];
}

/** One input of `workflow_dispatch`. */
export interface DispatchInput {
  readonly type: 'string' | 'boolean' | 'choice' | 'number' | 'environment';
  readonly required: boolean;
  readonly default: string | null;
  readonly options: readonly string[];
}

export interface Concurrency {
  readonly group: string;
  readonly cancelInProgress: Template;
  /** Runs that may wait: one, which gives way to a newer one, or a hundred (`queue: max`). */
  readonly queue: 'single' | 'max';
}

export interface Step {
  readonly id: string;
  readonly name: string | null;
  readonly if: string;
  readonly uses: string | null;
  readonly with: TemplateMap;
  readonly run: string | null;
  readonly shell: string | null;
  readonly workingDirectory: string | null;
  readonly env: TemplateMap;
  readonly timeoutMinutes: Template;
  readonly continueOnError: Template;
  /** Line of the step in its file, from 1. */
  readonly line: number;
}

export interface Job {
  readonly id: string;
  readonly name: string;
  readonly needs: readonly string[];
  readonly if: string;
  readonly permissions: Permissions | null;
  readonly environment: string | null;
  readonly env: TemplateMap;
  readonly timeoutMinutes: Template;
  readonly outputs: TemplateMap;
  readonly runsOn: readonly string[];
  readonly steps: readonly Step[];
  readonly line: number;
}

/** A workflow file as the local runner understands it. */
export interface Workflow {
  readonly path: string;
  readonly name: string;
  readonly runName: string | null;
  readonly events: Readonly<Record<string, EventFilter>>;
  /** Cron expressions of `schedule`. */
  readonly crons: readonly string[];
  readonly dispatchInputs: Readonly<Record<string, DispatchInput>>;
  readonly permissions: Permissions | null;
  readonly env: TemplateMap;
  readonly concurrency: Concurrency | null;
  readonly jobs: readonly Job[];
  /** What this file asks for and the local runner does not do: its runs fail with these. */
  readonly unsupported: readonly Problem[];
}

/** Something wrong with a workflow file. */
export interface Problem {
  readonly line: number;
  readonly message: string;
}

export function problemText(path: string, problem: Problem): string {
  return `${path}:${problem.line}: ${problem.message}`;
}

/** Anything YAML can hold; GitHub's parser has already checked its form. */
// biome-ignore lint/suspicious/noExplicitAny: the form was checked by the schema of GitHub's parser
export type Raw = Record<string, any>;
export type LineAt = (...at: (string | number)[]) => number;
