import type { Actor } from '../auth/actor.ts';
import { emit } from '../emit.ts';
import { checkRunOf } from '../present/check.ts';
import { type ServerContext, timestamp } from '../server-context.ts';
import type { CheckRun, Repository } from '../store/rows.ts';
import type { CheckRunChange, NewCheckRun } from './schema.ts';
import { emitSuite, suiteFor } from './suites.ts';

/** Makes a check run in its App's suite for the commit, and tells it. */
export async function createCheckRun(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  app: number,
  input: NewCheckRun,
): Promise<CheckRun> {
  const branch = hub.store.pulls.find({ repo: repo.id, headSha: input.head_sha, open: true })?.headRef ?? null;
  const { suite } = suiteFor(hub, repo, app, input.head_sha, branch);
  const run = hub.store.checkRuns.insert({
    repo: repo.id,
    suite: suite.id,
    app,
    headSha: input.head_sha,
    name: input.name,
    ...progress(hub, input, 'queued'),
    externalId: input.external_id ?? '',
    detailsUrl: input.details_url ?? null,
    startedAt: input.started_at ?? timestamp(hub),
    title: input.output?.title ?? null,
    summary: input.output?.summary ?? null,
    text: input.output?.text ?? null,
    annotations: input.output?.annotations ?? [],
  });
  await tell(hub, repo, actor, 'created', run);
  return run;
}

/** Changes a check run; annotations add up over requests. */
export async function updateCheckRun(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  run: CheckRun,
  input: CheckRunChange,
): Promise<CheckRun> {
  const { output } = input;
  const changed = hub.store.checkRuns.update(run.id, {
    name: input.name ?? run.name,
    ...(input.status === undefined && input.conclusion === undefined ? {} : progress(hub, input, run.status)),
    externalId: input.external_id ?? run.externalId,
    detailsUrl: input.details_url ?? run.detailsUrl,
    startedAt: input.started_at ?? run.startedAt,
    title: output?.title ?? run.title,
    summary: output?.summary ?? run.summary,
    text: output?.text ?? run.text,
    annotations: [...run.annotations, ...(output?.annotations ?? [])],
  });
  if (changed.status === 'completed' && run.status !== 'completed') await tell(hub, repo, actor, 'completed', changed);
  return changed;
}

/** A conclusion completes a run, whatever status came with it. */
function progress(hub: ServerContext, input: CheckRunChange, fallback: CheckRun['status']) {
  const status = input.conclusion === undefined ? (input.status ?? fallback) : 'completed';
  const done = status === 'completed';
  return {
    status,
    conclusion: done ? (input.conclusion ?? 'neutral') : null,
    completedAt: done ? (input.completed_at ?? timestamp(hub)) : null,
  };
}

async function tell(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  action: 'created' | 'completed',
  run: CheckRun,
): Promise<void> {
  const payload = { check_run: checkRunOf(hub, repo, run) };
  emit(hub, repo, actor, ['check_run', action], payload);
  if (run.status !== 'completed') return;
  if (action === 'created') emit(hub, repo, actor, ['check_run', 'completed'], payload);
  const suite = hub.store.checkSuites.update(run.suite, { updatedAt: timestamp(hub) });
  const open = hub.store.checkRuns.list({ suite: run.suite }).some(({ status }) => status !== 'completed');
  if (!open) await emitSuite(hub, repo, actor, 'completed', suite);
}
