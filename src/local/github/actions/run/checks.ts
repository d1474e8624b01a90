import { fullName, timestamp } from '../../hub.ts';
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
export function startCheckRun(
  { hub, app }: Actions,
  repo: Repository,
  run: RunRow,
  suite: CheckSuite,
  job: JobRow,
): CheckRun {
  return hub.store.checkRuns.insert({
    repo: repo.id,
    suite: suite.id,
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
}

/** Brings a job's check run up to what the job has become. */
export function syncCheckRun({ hub }: Actions, job: JobRow): void {
  hub.store.checkRuns.update(job.checkRun, {
    status: job.status === 'pending' ? 'queued' : job.status,
    conclusion: job.conclusion,
    startedAt: job.startedAt ?? job.createdAt,
    completedAt: job.completedAt,
    annotations: job.annotations,
  });
}

export function jobUrl(server: string, repository: string, job: JobRow): string {
  return `${server}/${repository}/actions/runs/${job.run}/job/${job.id}`;
}
