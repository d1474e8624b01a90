import type { Actor } from '../auth/actor.ts';
import { invalid } from '../http/failure.ts';
import { type ServerContext, timestamp } from '../server-context.ts';
import type { Pull, Repository } from '../store/rows.ts';
import { bring, headRepoOf } from './head.ts';
import { emitPull } from './payload.ts';

/** Closes a pull request and tells it. */
export async function closePull(hub: ServerContext, repo: Repository, actor: Actor, pull: Pull): Promise<Pull> {
  const now = timestamp(hub);
  const closedBy = actor.type === 'anonymous' ? null : actor.user.id;
  hub.store.issues.update(pull.issue, { state: 'closed', closedAt: now, updatedAt: now, closedBy });
  const closed = hub.store.pulls.update(pull.id, { open: false });
  await emitPull(hub, repo, actor, 'closed', closed);
  return closed;
}

/** Opens a closed pull request again. Refused, as on GitHub, when merged or when a branch of it is gone. */
export async function reopenPull(hub: ServerContext, repo: Repository, actor: Actor, pull: Pull): Promise<Pull> {
  const git = hub.git(repo);
  const refusal = (message: string) => invalid({ resource: 'PullRequest', code: 'invalid', field: 'state', message });
  if (pull.merged) throw refusal('state cannot be changed. The pull request is merged.');
  const from = headRepoOf(hub, pull);
  const headSha = await hub.git(from).refSha(`refs/heads/${pull.headRef}`);
  const baseSha = await git.refSha(`refs/heads/${pull.baseRef}`);
  if (headSha === undefined) throw refusal(`state cannot be changed. The ${pull.headRef} branch has been deleted.`);
  if (baseSha === undefined) throw refusal(`state cannot be changed. The ${pull.baseRef} branch has been deleted.`);
  await bring(hub, from, repo, headSha);
  const now = timestamp(hub);
  hub.store.issues.update(pull.issue, {
    state: 'open',
    stateReason: 'reopened',
    closedAt: null,
    closedBy: null,
    updatedAt: now,
  });
  const opened = hub.store.pulls.update(pull.id, { open: true, headSha, baseSha, mergeable: null, mergeableOf: null });
  await emitPull(hub, repo, actor, 'reopened', opened);
  return opened;
}

/** Records that a pull request was merged as `commit`, and tells it. */
export async function recordMerge(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  pull: Pull,
  commit: string,
): Promise<Pull> {
  const now = timestamp(hub);
  const mergedBy = actor.type === 'anonymous' ? null : actor.user.id;
  hub.store.issues.update(pull.issue, { state: 'closed', closedAt: now, updatedAt: now, closedBy: mergedBy });
  const merged = hub.store.pulls.update(pull.id, {
    open: false,
    merged: true,
    mergedAt: now,
    mergedBy,
    mergeCommit: commit,
  });
  await emitPull(hub, repo, actor, 'closed', merged);
  return merged;
}

/** Moves a pull request onto another base branch and tells it. */
export async function retarget(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  pull: Pull,
  baseRef: string,
  baseSha: string,
): Promise<Pull> {
  hub.store.issues.update(pull.issue, { updatedAt: timestamp(hub) });
  const moved = hub.store.pulls.update(pull.id, { baseRef, baseSha, mergeable: null, mergeableOf: null });
  const changes = { base: { ref: { from: pull.baseRef }, sha: { from: pull.baseSha } } };
  await emitPull(hub, repo, actor, 'edited', moved, { changes });
  return moved;
}
