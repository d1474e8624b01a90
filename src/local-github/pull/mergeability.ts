import { noreply } from '../git/noreply.ts';
import { type ServerContext, timestamp } from '../server-context.ts';
import type { Pull, Repository } from '../store/rows.ts';
import { blockers } from './requirements.ts';

export interface Mergeability {
  /** `null` while the test merge of the present head and base is still to be made. */
  readonly mergeable: boolean | null;
  readonly state: string;
}

/** The pair of commits a test merge is of; `undefined` where the base branch is gone. */
export async function mergePair(hub: ServerContext, repo: Repository, pull: Pull): Promise<string | undefined> {
  const base = await hub.git(repo).refSha(`refs/heads/${pull.baseRef}`);
  return base && `${pull.headSha}..${base}`;
}

/** What is known of a pull request's merge without computing anything. */
export async function knownMergeability(hub: ServerContext, repo: Repository, pull: Pull): Promise<Mergeability> {
  if (pull.merged || !pull.open) return { mergeable: null, state: 'unknown' };
  const pair = await mergePair(hub, repo, pull);
  if (pull.mergeableOf !== pair || pull.mergeable === null) return { mergeable: null, state: 'unknown' };
  if (!pull.mergeable) return { mergeable: false, state: 'dirty' };
  if (pull.draft) return { mergeable: true, state: 'draft' };
  return { mergeable: true, state: (await blockers(hub, repo, pull)).length > 0 ? 'blocked' : 'clean' };
}

/** Makes the test merge of a pull request, keeps its outcome, and points `refs/pull/N/merge` at it. */
export async function testMerge(hub: ServerContext, repo: Repository, pull: Pull): Promise<Pull> {
  const git = hub.git(repo);
  const pair = await mergePair(hub, repo, pull);
  if (pair === undefined) return hub.store.pulls.update(pull.id, { mergeable: false, mergeableOf: null });
  const base = pair.slice(-40);
  const { tree } = await git.mergeTrees(base, pull.headSha);
  if (tree === null) return hub.store.pulls.update(pull.id, { mergeable: false, mergeableOf: pair, mergeCommit: null });
  const author = noreply(hub.store.users.get(hub.store.issues.get(pull.issue)!.user)!, timestamp(hub));
  const message = `Merge ${pull.headSha} into ${base}`;
  const commit = await git.commitTree({ tree, parents: [base, pull.headSha], message, author, committer: author });
  await git.setRef(`refs/pull/${pull.number}/merge`, commit);
  return hub.store.pulls.update(pull.id, { mergeable: true, mergeableOf: pair, mergeCommit: commit });
}

/** Answers with what is known, and starts the test merge where nothing is: a later read finds it. */
export async function readMergeability(hub: ServerContext, repo: Repository, pull: Pull): Promise<Mergeability> {
  const known = await knownMergeability(hub, repo, pull);
  if (known.mergeable === null && pull.open)
    hub.background(hub.locks.run(repo.id, () => testMerge(hub, repo, hub.store.pulls.get(pull.id)!)));
  return known;
}
