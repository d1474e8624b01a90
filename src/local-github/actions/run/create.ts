import { fullName, timestamp } from '../../server-context.ts';
import type { Repository, User } from '../../store/rows.ts';
import type { Actions } from '../actions.ts';
import type { RunEvent, RunRow } from '../rows.ts';
import { interpolateText } from '../workflow/expression.ts';
import { problemText } from '../workflow/model.ts';
import { parseWorkflow } from '../workflow/parse.ts';
import { startCheckRun, startSuite } from './checks.ts';
import { eventContext } from './github-context.ts';
import { register, type WorkflowFile } from './registry.ts';

/** What a run is made from. */
export interface NewRun {
  readonly repo: Repository;
  readonly file: WorkflowFile;
  readonly event: RunEvent;
  readonly headBranch: string;
  readonly headSha: string;
  readonly ref: string;
  readonly sha: string;
  readonly actor: User;
  readonly inputs: RunRow['inputs'];
  readonly payload: unknown;
  readonly pulls: readonly number[];
  /** The run's title where the workflow has no `run-name`. */
  readonly title: string;
}

/** Makes a run with its jobs, queued. A file that cannot be read makes a failed run without jobs, as on GitHub. */
export async function createRun(actions: Actions, from: NewRun): Promise<RunRow> {
  const { hub, tables } = actions;
  const { repo, file } = from;
  const parsed = await parseWorkflow(file.path, file.source);
  const workflow = register(actions, repo, file.path, parsed.ok ? parsed.workflow.name : file.path);
  const now = timestamp(hub);
  const number = (workflow.lastNumber ?? tables.runs.count({ workflow: workflow.id })) + 1;
  tables.workflows.update(workflow.id, { lastNumber: number });
  const suite = startSuite(actions, repo, from.headSha, from.headBranch);
  const problems = parsed.ok ? [] : parsed.problems.map((problem) => problemText(file.path, problem));
  const draft = tables.runs.insert({
    repo: repo.id,
    workflow: workflow.id,
    path: file.path,
    source: file.source,
    title: from.title,
    event: from.event,
    headBranch: from.headBranch,
    headSha: from.headSha,
    ref: from.ref,
    sha: from.sha,
    number,
    attempt: 1,
    status: parsed.ok ? 'queued' : 'completed',
    conclusion: parsed.ok ? null : 'failure',
    problems,
    concurrencyGroup: null,
    cancelled: false,
    actor: from.actor.id,
    suite: suite.id,
    pulls: from.pulls,
    inputs: from.inputs,
    payload: from.payload,
    createdAt: now,
    startedAt: now,
    updatedAt: now,
  });
  if (!parsed.ok) {
    hub.log('warn', 'workflow file cannot be read', { repo: fullName(hub, repo), problems });
    return draft;
  }
  const contexts = eventContext(actions, draft);
  const { concurrency, runName, jobs } = parsed.workflow;
  for (const job of jobs) {
    const name = interpolateText(job.name, contexts);
    const row = tables.jobs.insert({
      repo: repo.id,
      run: draft.id,
      key: job.id,
      name,
      labels: job.runsOn.map((label) => interpolateText(label, contexts)),
      status: 'queued',
      conclusion: null,
      checkRun: 0,
      steps: [],
      outputs: {},
      annotations: [],
      summary: '',
      createdAt: now,
      startedAt: null,
      completedAt: null,
    });
    tables.jobs.update(row.id, { checkRun: startCheckRun(actions, draft, row).id });
  }
  return tables.runs.update(draft.id, {
    title: (runName && interpolateText(runName, contexts)) || from.title,
    concurrencyGroup: concurrency && interpolateText(concurrency.group, contexts).toLowerCase(),
  });
}
