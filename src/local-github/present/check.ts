import type { ServerContext } from '../server-context.ts';
import type { CheckRun, CheckSuite, Repository } from '../store/rows.ts';
import { addressOf } from './address.ts';
import { appOf } from './app.ts';
import { pullMinimalOf } from './pull.ts';
import { nodeId, type Schema } from './schema.ts';

const pullsAt = (hub: ServerContext, repo: Repository, headSha: string) =>
  hub.store.pulls.list({ repo: repo.id, headSha, open: true }).map((pull) => pullMinimalOf(hub, repo, pull));

export function checkRunOf(hub: ServerContext, repo: Repository, run: CheckRun): Schema<'check-run'> {
  return checkRunsOf(hub, repo)(run);
}

/** Presents check runs one after another, looking up once what many of a list have in common. */
export function checkRunsOf(hub: ServerContext, repo: Repository): (run: CheckRun) => Schema<'check-run'> {
  const address = addressOf(hub, repo);
  const appAt = remembering((id: number) => appOf(hub, hub.store.apps.get(id)!));
  const pulls = remembering((headSha: string) => pullsAt(hub, repo, headSha));
  return (run) => present(run, address, appAt(run.app), pulls(run.headSha));
}

function remembering<K, V>(find: (key: K) => V): (key: K) => V {
  const found = new Map<K, V>();
  return (key) => {
    if (!found.has(key)) found.set(key, find(key));
    return found.get(key)!;
  };
}

function present(
  run: CheckRun,
  { api, html }: ReturnType<typeof addressOf>,
  app: Schema<'integration'>,
  pull_requests: ReturnType<typeof pullsAt>,
): Schema<'check-run'> {
  const url = `${api}/check-runs/${run.id}`;
  const page = `${html}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite },
    app,
    pull_requests,
  };
}

/** Where a suite stands: what its runs add up to. */
export function suiteState(runs: readonly CheckRun[]): Pick<Schema<'check-suite'>, 'status' | 'conclusion'> {
  if (runs.length === 0) return { status: 'queued', conclusion: null };
  if (runs.some(({ status }) => status !== 'completed')) return { status: 'in_progress', conclusion: null };
  const order = ['action_required', 'timed_out', 'cancelled', 'failure', 'success', 'neutral', 'skipped'] as const;
  const conclusion = order.find((candidate) => runs.some((run) => run.conclusion === candidate)) ?? null;
  return { status: 'completed', conclusion };
}

/** A suite as webhooks have it: the REST form adds repository and head commit. */
export function checkSuiteOf(hub: ServerContext, repo: Repository, suite: CheckSuite) {
  const { api } = addressOf(hub, repo);
  const runs = hub.store.checkRuns.list({ suite: suite.id });
  const url = `${api}/check-suites/${suite.id}`;
  return {
    id: suite.id,
    node_id: nodeId('CS', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteState(runs),
    url,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsAt(hub, repo, suite.headSha),
    app: appOf(hub, hub.store.apps.get(suite.app)!),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
  };
}
