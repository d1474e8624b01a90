import type { Actor } from '../auth/actor.ts';
import { requestSuites } from '../check/suites.ts';
import { emit } from '../emit.ts';
import { bring, pullsFrom } from '../pull/head.ts';
import { emitPull } from '../pull/payload.ts';
import { closePull, recordMerge } from '../pull/state.ts';
import { type ServerContext, timestamp } from '../server-context.ts';
import type { Repository } from '../store/rows.ts';
import { branchOf, type RefChange } from './change.ts';
import { pushPayload } from './push-payload.ts';
import { pushedRange } from './range.ts';

/** Everything that follows from moved refs: events, check suites, pull requests that move, merge or close with them. */
export async function refsChanged(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  changes: readonly RefChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const current = hub.store.repositories.update(repo.id, { pushedAt: timestamp(hub) });
  for (const change of changes) await refChanged(hub, current, actor, change);
}

async function refChanged(hub: ServerContext, repo: Repository, actor: Actor, change: RefChange): Promise<void> {
  const { ref, before, after } = change;
  const branch = branchOf(ref);
  const name = {
    ref: branch ?? ref.replace('refs/tags/', ''),
    ref_type: branch === undefined ? 'tag' : 'branch',
    pusher_type: 'user',
  };
  if (before === null)
    emit(hub, repo, actor, ['create', null], {
      ...name,
      master_branch: repo.defaultBranch,
      description: repo.description,
    });
  if (after === null) emit(hub, repo, actor, ['delete', null], name);
  const range = await pushedRange(hub.git(repo), repo.defaultBranch, change);
  emit(hub, repo, actor, ['push', null], await pushPayload(hub, repo, actor, change, range));
  if (branch === undefined) return;
  if (after === null) await branchDeleted(hub, repo, actor, branch);
  else await branchMoved(hub, repo, actor, branch, { before, after, added: range.added });
}

async function branchMoved(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  branch: string,
  { before, after, added }: { before: string | null; after: string; added: readonly string[] },
) {
  for (const pull of pullsFrom(hub, repo, branch)) {
    const to = hub.store.repositories.get(pull.repo)!;
    await bring(hub, repo, to, after);
    await hub.git(to).setRef(`refs/pull/${pull.number}/head`, after);
    const base = await hub.git(to).refSha(`refs/heads/${pull.baseRef}`);
    const moved = hub.store.pulls.update(pull.id, { headSha: after, baseSha: base ?? pull.baseSha });
    hub.store.issues.update(pull.issue, { updatedAt: timestamp(hub) });
    await emitPull(hub, to, actor, 'synchronize', moved, { before, after });
  }
  await mergedByPush(hub, repo, actor, branch, new Set(added), after);
  await requestSuites(hub, repo, actor, branch, after, before);
}

/** Open pull requests whose head the base branch has now reached count as merged. */
async function mergedByPush(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  baseRef: string,
  reached: ReadonlySet<string>,
  after: string,
) {
  for (const pull of hub.store.pulls.list({ repo: repo.id, baseRef, open: true }))
    if (reached.has(pull.headSha)) await recordMerge(hub, repo, actor, pull, after);
}

/** A pull request closes when its head branch goes, and when its base branch goes. */
async function branchDeleted(hub: ServerContext, repo: Repository, actor: Actor, branch: string) {
  const { pulls } = hub.store;
  const gone = [...pullsFrom(hub, repo, branch), ...pulls.list({ repo: repo.id, baseRef: branch, open: true })];
  for (const pull of new Map(gone.map((row) => [row.id, row])).values())
    await closePull(hub, hub.store.repositories.get(pull.repo)!, actor, pull);
}
