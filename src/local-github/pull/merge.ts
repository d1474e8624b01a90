import type { Actor } from '../auth/actor.ts';
import { noreply } from '../git/noreply.ts';
import { conflict, Failure } from '../http/failure.ts';
import { moveRefUnguarded } from '../ref/move.ts';
import { type ServerContext, timestamp } from '../server-context.ts';
import type { Pull, Repository, User } from '../store/rows.ts';
import { headRepoOf } from './head.ts';
import { mergePair, testMerge } from './mergeability.ts';
import { blockers } from './requirements.ts';
import { recordMerge } from './state.ts';

export interface MergeOrder {
  readonly sha?: string | undefined;
  readonly merge_method?: 'merge' | 'squash' | 'rebase' | undefined;
  readonly commit_title?: string | undefined;
  readonly commit_message?: string | undefined;
}

const notMergeable = (message: string) => new Failure(405, message);

/**
 * Merges a pull request as GitHub does. Throws 405 for what can not merge (a draft, a conflict, unmet requirements) and
 * for a base that moved since the last test merge, which succeeds when tried again; 409 for a head that is not `sha`.
 */
export async function mergePull(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  user: User,
  given: Pull,
  order: MergeOrder,
): Promise<string> {
  if (!given.open || given.merged) throw notMergeable('Pull Request is not mergeable');
  if (given.draft) throw notMergeable('Pull Request is still a draft');
  if (order.sha !== undefined && order.sha !== given.headSha)
    throw conflict('Head branch was modified. Review and try the merge again.');
  const pull = await upToDate(hub, repo, given);
  if (pull.mergeable !== true) throw notMergeable('Pull Request is not mergeable');
  const unmet = await blockers(hub, repo, pull);
  if (unmet.length > 0) throw notMergeable(unmet.join(' '));
  const git = hub.git(repo);
  const base = pull.mergeableOf!.slice(-40);
  const { tree } = (await git.commit(pull.mergeCommit!))!;
  const { message, parents } = commitOf(hub, pull, base, order);
  const author = noreply(user, timestamp(hub));
  const commit = await git.commitTree({ tree, parents, message, author, committer: author, sign: hub.signing.sign });
  const change = { ref: `refs/heads/${pull.baseRef}`, before: base, after: commit };
  await moveRefUnguarded(hub, repo, actor, change, () => recordMerge(hub, repo, actor, pull, commit));
  return commit;
}

/** The pull request with a test merge of its present head and base. A base that moved is refused once. */
async function upToDate(hub: ServerContext, repo: Repository, pull: Pull): Promise<Pull> {
  const pair = await mergePair(hub, repo, pull);
  if (pair !== undefined && pull.mergeableOf === pair) return pull;
  const fresh = await testMerge(hub, repo, pull);
  const baseMoved = pull.mergeableOf?.startsWith(pull.headSha) === true;
  if (baseMoved && fresh.mergeable === true)
    throw notMergeable('Base branch was modified. Review and try the merge again.');
  return fresh;
}

function commitOf(hub: ServerContext, pull: Pull, base: string, order: MergeOrder) {
  const { title } = hub.store.issues.get(pull.issue)!;
  const owner = hub.store.users.get(headRepoOf(hub, pull).owner)!.login;
  const text = (first: string, rest: string) =>
    [order.commit_title ?? first, order.commit_message ?? rest].filter((part) => part !== '').join('\n\n');
  switch (order.merge_method ?? 'merge') {
    case 'merge':
      return {
        message: text(`Merge pull request #${pull.number} from ${owner}/${pull.headRef}`, title),
        parents: [base, pull.headSha],
      };
    case 'squash':
      return { message: text(`${title} (#${pull.number})`, ''), parents: [base] };
    case 'rebase':
      throw notMergeable('Rebase merges are not allowed on this repository.');
  }
}
