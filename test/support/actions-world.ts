import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import type { ActionsOptions } from '../../src/local-github/actions/options.ts';
import { type CheckedGitHub, startCheckedGitHub } from './checked-github.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** One repository with workflows, its owner's client, and what tests ask of runs. */
export class ActionsWorld implements AsyncDisposable {
  readonly github: CheckedGitHub;
  readonly octokit: Octokit;
  readonly token: string;
  readonly at = { owner: 'octo', repo: 'agent' } as const;
  readonly dir: string;

  private constructor(github: CheckedGitHub, token: string, dir: string) {
    this.github = github;
    this.token = token;
    this.dir = dir;
    this.octokit = new Octokit({ auth: token, baseUrl: github.apiUrl, log: SILENT });
  }

  /** Starts a local GitHub with `octo/agent`, its first commit made of these files. */
  static async start(files: Readonly<Record<string, string>>, actions: ActionsOptions = {}): Promise<ActionsWorld> {
    const dir = mkdtempSync(join(tmpdir(), 'huxley-actions-'));
    const grace = { interrupt: 100, terminate: 100 };
    const github = await startCheckedGitHub({ dir, actions: { grace, ...actions } });
    const { token } = github.setup.createUser('octo');
    await github.setup.createRepository({ owner: 'octo', name: 'agent', files });
    return new ActionsWorld(github, token, dir);
  }

  /** Dispatches `work.yml` on `main` and returns the run's id, without waiting for it. */
  async dispatch(inputs: Readonly<Record<string, string>> = {}, workflow_id = 'work.yml'): Promise<number> {
    const { data } = await this.octokit.rest.actions.createWorkflowDispatch({
      ...this.at,
      workflow_id,
      ref: 'main',
      inputs,
      return_run_details: true,
    });
    return Number((data as unknown as { workflow_run_id: number }).workflow_run_id);
  }

  /** Waits until nothing runs any more. */
  settled(): Promise<void> {
    return this.github.actions.scheduler.idle();
  }

  async run(run_id: number) {
    return (await this.octokit.rest.actions.getWorkflowRun({ ...this.at, run_id })).data;
  }

  /** Runs so far, oldest first: event, title and conclusion. */
  async runs(): Promise<string[]> {
    const { data } = await this.octokit.rest.actions.listWorkflowRunsForRepo(this.at);
    return data.workflow_runs
      .map((run) => `${run.event} ${run.display_title}: ${run.conclusion ?? run.status}`)
      .reverse();
  }

  /** Jobs of a run: name and conclusion. */
  async jobs(run_id: number): Promise<string[]> {
    const { data } = await this.octokit.rest.actions.listJobsForWorkflowRun({ ...this.at, run_id });
    return data.jobs.map((job) => `${job.name}: ${job.conclusion ?? job.status}`);
  }

  /** Logs of a run's jobs, one after another. */
  async log(run_id: number): Promise<string> {
    const { data } = await this.octokit.rest.actions.listJobsForWorkflowRun({ ...this.at, run_id });
    const logs = data.jobs.map((job) =>
      this.octokit.rest.actions.downloadJobLogsForWorkflowRun({ ...this.at, job_id: Number(job.id) }),
    );
    return (await Promise.all(logs)).map((log) => String(log.data)).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.github.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The files of a repository whose only workflow is this one. */
export function workflow(text: string): Record<string, string> {
  return { '.github/workflows/work.yml': text };
}
