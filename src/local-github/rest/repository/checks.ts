import { createCheckRun, updateCheckRun } from '../../check/runs.ts';
import { checkRunChange, newCheckRun } from '../../check/schema.ts';
import { emitSuite } from '../../check/suites.ts';
import { emit } from '../../emit.ts';
import { forbidden, notFound, unprocessable } from '../../http/failure.ts';
import { type Context, operation } from '../../http/operation.ts';
import { paginateAll } from '../../http/page.ts';
import { created, json } from '../../http/reply.ts';
import { addressOf } from '../../present/address.ts';
import { checkRunOf, checkRunsOf, checkSuiteOf } from '../../present/check.ts';
import { simpleCommitOf } from '../../present/commit.ts';
import { repositoryOf } from '../../present/repository.ts';
import type { CheckRun } from '../../store/rows.ts';

const READ = { access: 'checks:read' };
const WRITE = { access: 'checks:write' };

export function checkRunAt(context: Pick<Context, 'store' | 'repo' | 'number'>): CheckRun {
  const run = context.store.checkRuns.get(context.number('check_run_id'));
  if (run === undefined || run.repo !== context.repo.id) throw notFound();
  return run;
}

function callingApp({ actor }: Context<unknown>): number {
  if (actor.type !== 'installation') throw forbidden('You must authenticate via a GitHub App.');
  return actor.app.id;
}

async function commitAt({ git, params }: Context<unknown>): Promise<string> {
  const sha = await git.resolve(params.ref!);
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${params.ref}`);
  return sha;
}

/** Answers a listing of check runs: the latest of each App's name, or all with `filter=all`. */
function listRuns(context: Context<unknown>, all: readonly CheckRun[]) {
  const { hub, repo, query } = context;
  const is = (name: string, value: unknown) => query.get(name) === null || query.get(name) === String(value);
  const matching = all
    .filter((run) => is('check_name', run.name) && is('status', run.status) && is('app_id', run.app))
    .toSorted((a, b) => b.id - a.id);
  const latest = new Map(matching.toReversed().map((run) => [`${run.app} ${run.name}`, run.id]));
  const shown =
    query.get('filter') === 'all'
      ? matching
      : matching.filter((run) => latest.get(`${run.app} ${run.name}`) === run.id);
  return paginateAll(context, shown, checkRunsOf(hub, repo), (check_runs) => ({
    total_count: shown.length,
    check_runs,
  }));
}

export const CHECKS = [
  operation('POST /repos/{owner}/{repo}/check-runs', { ...WRITE, body: newCheckRun }, async (context) => {
    const { hub, repo, git, actor, body } = context;
    const app = callingApp(context);
    const sha = (await git.read(body.head_sha))?.type === 'commit' ? body.head_sha : undefined;
    if (sha === undefined) throw unprocessable(`No commit found for SHA: ${body.head_sha}`);
    return created(checkRunOf(hub, repo, await createCheckRun(hub, repo, actor, app, body)));
  }),

  operation('GET /repos/{owner}/{repo}/check-runs/{check_run_id}', READ, (context) =>
    json(checkRunOf(context.hub, context.repo, checkRunAt(context))),
  ),

  operation(
    'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
    { ...WRITE, body: checkRunChange },
    async (context) => {
      const { hub, repo, actor, body } = context;
      const run = checkRunAt(context);
      const app = callingApp(context);
      if (run.app !== app)
        throw forbidden(
          `Invalid app_id \`${app}\` - check run can only be modified by the GitHub App that created it.`,
        );
      return json(checkRunOf(hub, repo, await updateCheckRun(hub, repo, actor, run, body)));
    },
  ),

  operation('GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations', READ, (context) => {
    const run = checkRunAt(context);
    const { html } = addressOf(context.hub, context.repo);
    return paginateAll(context, run.annotations, (note) => ({
      path: note.path,
      blob_href: `${html}/blob/${run.headSha}/${note.path}`,
      start_line: note.start_line,
      end_line: note.end_line,
      start_column: note.start_column ?? null,
      end_column: note.end_column ?? null,
      annotation_level: note.annotation_level,
      title: note.title ?? null,
      message: note.message,
      raw_details: note.raw_details ?? null,
    }));
  }),

  operation('POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest', WRITE, (context) => {
    const { hub, repo, actor } = context;
    const run = checkRunAt(context);
    emit(hub, repo, actor, ['check_run', 'rerequested'], { check_run: checkRunOf(hub, repo, run) }, [run.app]);
    return created({});
  }),

  operation('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', READ, async (context) => {
    const headSha = await commitAt(context);
    return listRuns(context, context.store.checkRuns.list({ repo: context.repo.id, headSha }));
  }),

  operation('GET /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs', READ, (context) =>
    listRuns(context, context.store.checkRuns.list({ repo: context.repo.id, suite: context.number('check_suite_id') })),
  ),

  operation('GET /repos/{owner}/{repo}/commits/{ref}/check-suites', READ, async (context) => {
    const { hub, store, repo, git, query } = context;
    const headSha = await commitAt(context);
    const commit = simpleCommitOf((await git.commit(headSha))!);
    const app = query.get('app_id');
    const suites = store.checkSuites
      .list({ repo: repo.id, headSha })
      .filter((suite) => app === null || String(suite.app) === app);
    const present = (suite: (typeof suites)[number]) => ({
      ...checkSuiteOf(hub, repo, suite),
      repository: repositoryOf(hub, repo),
      head_commit: commit,
    });
    return paginateAll(context, suites, present, (check_suites) => ({ total_count: suites.length, check_suites }));
  }),

  operation('POST /repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest', WRITE, async (context) => {
    const suite = context.store.checkSuites.get(context.number('check_suite_id'));
    if (suite?.repo !== context.repo.id) throw notFound();
    await emitSuite(context.hub, context.repo, context.actor, 'rerequested', suite);
    return created({});
  }),
];
