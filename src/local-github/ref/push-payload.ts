import type { Actor } from '../auth/actor.ts';
import type { CommitInfo, Identity } from '../git/commit.ts';
import { type PathChange, treeDiff } from '../git/tree-diff.ts';
import { addressOf } from '../present/address.ts';
import { accountOf } from '../present/commit.ts';
import type { ServerContext } from '../server-context.ts';
import type { Repository } from '../store/rows.ts';
import { type RefChange, ZERO } from './change.ts';
import type { PushedRange } from './range.ts';

/** Commits a push payload lists at most, the newest. */
const MAX_COMMITS = 20;

/** The event-specific part of a `push`. */
export async function pushPayload(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  { ref, before, after }: RefChange,
  { added, forced }: PushedRange,
) {
  const git = hub.git(repo);
  const { html } = addressOf(hub, repo);
  const listed = added.slice(0, MAX_COMMITS).toReversed();
  const commits = await Promise.all(listed.map(async (sha) => commitEntry(hub, repo, (await git.commit(sha))!)));
  const head = after === null ? undefined : await git.commit(after);
  const pusher = actor.type === 'anonymous' ? null : actor.user;
  return {
    ref,
    before: before ?? ZERO,
    after: after ?? ZERO,
    base_ref: null,
    created: before === null,
    deleted: after === null,
    forced,
    compare:
      before === null || after === null
        ? `${html}/compare/${ref}`
        : `${html}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits,
    head_commit: head === undefined ? null : await commitEntry(hub, repo, head),
    pusher: { name: pusher?.login ?? 'none', email: pusher?.email ?? null },
  };
}

async function commitEntry(hub: ServerContext, repo: Repository, commit: CommitInfo) {
  const git = hub.git(repo);
  const parent = commit.parents[0] === undefined ? undefined : await git.commit(commit.parents[0]);
  const changes = await treeDiff(git, parent?.tree ?? null, commit.tree);
  const paths = (status: PathChange['status']) =>
    changes.filter((change) => change.status === status).map(({ path }) => path);
  const person = (identity: Identity) => {
    const username = accountOf(hub, identity)?.login;
    const { name, email, date } = identity;
    return { name, email, date, ...(username === undefined ? {} : { username }) };
  };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${addressOf(hub, repo).html}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: paths('added'),
    modified: paths('modified'),
    removed: paths('removed'),
  };
}
