import { skipsChecks } from '../actions/workflow/skip.ts';
import type { Actor } from '../auth/actor.ts';
import { emit } from '../emit.ts';
import { checkSuiteOf } from '../present/check.ts';
import { simpleCommitOf } from '../present/commit.ts';
import type { ServerContext } from '../server-context.ts';
import { timestamp } from '../server-context.ts';
import type { App, CheckSuite, Repository } from '../store/rows.ts';

/** An App's suite for a commit, made when missing. */
export function suiteFor(
  hub: ServerContext,
  repo: Repository,
  app: number,
  headSha: string,
  headBranch: string | null,
  before: string | null = null,
): { suite: CheckSuite; isNew: boolean } {
  const { checkSuites } = hub.store;
  const found = checkSuites.find({ repo: repo.id, app, headSha });
  if (found !== undefined) return { suite: found, isNew: false };
  const now = timestamp(hub);
  const row = { repo: repo.id, app, headSha, headBranch, before, createdAt: now, updatedAt: now };
  return { suite: checkSuites.insert(row), isNew: true };
}

/** Tells of a check suite; `requested` and `rerequested` go to its own App alone. */
export async function emitSuite(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  action: string,
  suite: CheckSuite,
): Promise<void> {
  const commit = (await hub.git(repo).commit(suite.headSha))!;
  const payload = { check_suite: { ...checkSuiteOf(hub, repo, suite), head_commit: simpleCommitOf(commit) } };
  emit(hub, repo, actor, ['check_suite', action], payload, action === 'completed' ? undefined : [suite.app]);
}

/** Asks every App that writes checks for a suite on a pushed commit, unless its message says to skip checks. */
export async function requestSuites(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  branch: string,
  sha: string,
  before: string | null,
): Promise<void> {
  const commit = await hub.git(repo).commit(sha);
  if (commit === undefined || skipsChecks(commit.message)) return;
  for (const app of checkWriters(hub, repo)) {
    const { suite, isNew } = suiteFor(hub, repo, app.id, sha, branch, before);
    if (isNew) await emitSuite(hub, repo, actor, 'requested', suite);
  }
}

function checkWriters(hub: ServerContext, repo: Repository): App[] {
  return hub.store.installations
    .list({ account: repo.owner })
    .filter(
      ({ repositories, permissions }) => (repositories?.includes(repo.id) ?? true) && permissions.checks === 'write',
    )
    .map(({ app }) => hub.store.apps.get(app)!);
}
