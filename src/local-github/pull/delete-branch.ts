import type { Actor } from '../auth/actor.ts';
import { moveRef } from '../ref/move.ts';
import type { ServerContext } from '../server-context.ts';
import type { Pull, Repository } from '../store/rows.ts';
import { retarget } from './state.ts';

/** Deletes a merged pull request's branch by the repository's setting: its dependents move onto the base first. */
export async function deleteMergedBranch(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  pull: Pull,
): Promise<void> {
  if (pull.headRepo !== undefined) return;
  const git = hub.git(repo);
  const head = await git.refSha(`refs/heads/${pull.headRef}`);
  const base = await git.refSha(`refs/heads/${pull.baseRef}`);
  if (head === undefined || base === undefined) return;
  for (const dependent of hub.store.pulls.list({ repo: repo.id, baseRef: pull.headRef, open: true }))
    await retarget(hub, repo, actor, dependent, pull.baseRef, base);
  await moveRef(hub, repo, actor, { ref: `refs/heads/${pull.headRef}`, before: head, after: null });
}
