import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Contexts, condition, type Functions, interpolate, interpolateText } from '../workflow/expression.ts';
import type { Template, TemplateMap } from '../workflow/model.ts';
import { defaultVariables, runnerContext } from './environment.ts';
import type { Folders } from './folders.ts';
import type { Conclusion, JobRequest } from './job-request.ts';

export interface StepResult {
  readonly outcome: Conclusion;
  readonly conclusion: Conclusion;
  readonly outputs: Record<string, string>;
}

/** What the steps of a running job share: results so far, variables set, paths added. Expressions are evaluated against it. */
export class JobState {
  readonly steps: Record<string, StepResult> = {};
  /** Variables written to `GITHUB_ENV`. */
  readonly exported: Record<string, string> = {};
  readonly paths: string[] = [];
  readonly request: JobRequest;
  readonly folders: Folders;
  readonly cancel: AbortSignal;
  failed = false;

  constructor(request: JobRequest, folders: Folders, cancel: AbortSignal) {
    this.request = request;
    this.folders = folders;
    this.cancel = cancel;
  }

  get functions(): Functions {
    const cancelled = this.cancel.aborted;
    return {
      success: () => !this.failed && !cancelled,
      failure: () => this.failed && !cancelled,
      cancelled: () => cancelled,
      always: () => true,
      hashFiles: (...patterns) => hashFiles(this.folders.workspace, patterns),
    };
  }

  get github(): Readonly<Record<string, unknown>> {
    return {
      ...this.request.contexts.github,
      workspace: this.folders.workspace,
      event_path: this.folders.event,
      token: this.request.token,
    };
  }

  contexts(environment: Readonly<Record<string, string>> = this.jobEnvironment()): Contexts {
    return {
      ...this.request.contexts,
      github: this.github,
      env: environment,
      steps: this.steps,
      runner: runnerContext(this.folders),
      job: { status: this.cancel.aborted ? 'cancelled' : this.failed ? 'failure' : 'success' },
    };
  }

  /** The workflow's `env`, the job's over it, and what steps exported over both. */
  jobEnvironment(): Readonly<Record<string, string>> {
    const { workflow, job } = this.request;
    const base = { ...this.request.contexts, github: this.github };
    const ofWorkflow = fill(workflow.env, base);
    const ofJob = fill(job.env, { ...base, env: ofWorkflow });
    return { ...ofWorkflow, ...ofJob, ...this.exported };
  }

  /** What a process of a step is started with: the machine's, GitHub's defaults, then `env` from the outside in. */
  processEnvironment(stepEnvironment: Readonly<Record<string, string>>, action: string): Record<string, string> {
    const variables = defaultVariables({ ...this.github, action }, runnerContext(this.folders));
    const { environment } = this.request;
    const path = [...this.paths.toReversed(), environment.PATH ?? '/usr/local/bin:/usr/bin:/bin'].join(':');
    return { ...environment, HOME: this.folders.home, ...stepEnvironment, ...variables, PATH: path };
  }

  fillMap(map: TemplateMap, environment?: Readonly<Record<string, string>>): Record<string, string> {
    return fill(map, this.contexts(environment), this.functions);
  }

  fillValue(value: Template, environment?: Readonly<Record<string, string>>): unknown {
    return interpolate(value, this.contexts(environment), this.functions);
  }

  fillText(value: Template, environment?: Readonly<Record<string, string>>): string {
    return interpolateText(value, this.contexts(environment), this.functions);
  }

  holds(source: string, environment?: Readonly<Record<string, string>>): boolean {
    return condition(source, this.contexts(environment), this.functions);
  }
}

function fill(map: TemplateMap, contexts: Contexts, functions: Functions = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => [name, interpolateText(value, contexts, functions)]),
  );
}

/** SHA-256 over the SHA-256 of each matching file, or nothing when no file matches. */
function hashFiles(workspace: string, patterns: readonly string[]): string {
  const files = globSync([...patterns], { cwd: workspace })
    .map((name) => join(workspace, name))
    .filter((path) => statSync(path).isFile())
    .sort();
  if (files.length === 0) return '';
  const hash = createHash('sha256');
  for (const file of files) hash.update(createHash('sha256').update(readFileSync(file)).digest());
  return hash.digest('hex');
}
