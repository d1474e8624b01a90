import { atLeast, holds, roleOf } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { ServerContext } from '../server-context.ts';
import type { Repository } from '../store/rows.ts';

/** Whether the actor may add or change workflow files. People may; an App needs the permission for it. */
export const mayWriteWorkflows = (actor: Actor) => actor.type !== 'installation' || holds(actor, 'workflows:write');

/** Branches the actor may move through a merged pull request only. */
export function protectedFrom(hub: ServerContext, repo: Repository, actor: Actor): string[] {
  const admin = actor.type === 'user' && atLeast(roleOf(hub.store, repo, actor.user.id), 'admin');
  return hub.store.protections
    .list({ repo: repo.id })
    .filter((rule) => (rule.checks !== null || rule.approvals !== null) && !(admin && !rule.enforceAdmins))
    .map((rule) => rule.branch);
}

/** The same rules for a push, as the environment of the repository's `pre-receive` hook. */
export function pushPolicy(hub: ServerContext, repo: Repository, actor: Actor): Record<string, string> {
  return {
    LOCAL_GITHUB_WORKFLOWS: mayWriteWorkflows(actor) ? 'allowed' : 'denied',
    LOCAL_GITHUB_PROTECTED: protectedFrom(hub, repo, actor)
      .map((branch) => `refs/heads/${branch}`)
      .join('\n'),
    LOCAL_GITHUB_DEFAULT: `refs/heads/${repo.defaultBranch}`,
  };
}
