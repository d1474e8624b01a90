import { emitSuite } from '../../check/suites.ts';
import { checkRunOf } from '../../present/check.ts';
import { fullName, timestamp } from '../../server-context.ts';
import type { CheckRun, CheckSuite, Repository } from '../../store/rows.ts';
import type { Actions } from '../actions.ts';
import type { JobRow, RunRow } from '../rows.ts';

/** The check suite of one workflow run: every run has its own. */
export function startSuite({ hub, app }: Actions, repo: Repository, headSha: string, headBranch: string): CheckSuite {
  const now = timestamp(hub);
  return hub.store.checkSuites.insert({
    repo: repo.id,
    app: app.id,
    headSha,
    headBranch,
    before: null,
    createdAt: now,
    updatedAt: now,
  });
}

/** The check run GitHub shows for a job. */
export function startCheckRun(actions: Actions, run: RunRow, job: JobRow): CheckRun {
  const { hub, app } = actions;
  const repo = hub.store.repositories.get(run.repo)!;
  const check = hub.store.checkRuns.insert({
    repo: repo.id,
    suite: run.suite,
    app: app.id,
    headSha: run.headSha,
    name: job.name,
    status: 'queued',
    conclusion: null,
    externalId: `job-${job.id}`,
    detailsUrl: jobUrl(hub.url, fullName(hub, repo), job),
    startedAt: timestamp(hub),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
  });
  tell(actions, repo, 'created', check);
  return check;
}

/** Brings a job's check run up to what the job has become. */
export async function syncCheckRun(actions: Actions, job: JobRow): Promise<void> {
  const { hub, app } = actions;
  const check = hub.store.checkRuns.update(job.checkRun, {
    status: job.status === 'pending' ? 'queued' : job.status,
    conclusion: job.conclusion,
    startedAt: job.startedAt ?? job.createdAt,
    completedAt: job.completedAt,
    annotations: job.annotations,
  });
  if (check.status !== 'completed') return;
  const repo = hub.store.repositories.get(job.repo)!;
  tell(actions, repo, 'completed', check);
  if (hub.store.checkRuns.list({ suite: check.suite }).some(({ status }) => status !== 'completed')) return;
  const suite = hub.store.checkSuites.update(check.suite, { updatedAt: timestamp(hub) });
  await emitSuite(hub, repo, { type: 'app', app, user: hub.store.users.get(app.bot)! }, 'completed', suite);
}

function tell({ hub, app }: Actions, repo: Repository, action: 'created' | 'completed', check: CheckRun): void {
  const payload = { check_run: checkRunOf(hub, repo, check) };
  hub.events.emit({ event: 'check_run', action, repo, sender: hub.store.users.get(app.bot)!, by: app, payload });
}

export function jobUrl(server: string, repository: string, job: JobRow): string {
  return `${server}/${repository}/actions/runs/${job.run}/job/${job.id}`;
}
