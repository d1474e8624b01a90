import type { Actor } from '../auth/actor.ts';
import type { CommitInfo, Identity } from '../git/commit.ts';
import type { Hub } from '../hub.ts';
import { addressOf } from '../present/address.ts';
import { accountOf } from '../present/commit.ts';
import type { Repository } from '../store/rows.ts';
import { type RefChange, ZERO } from './change.ts';

/** Commits a push payload lists at most, the newest. */
const MAX_COMMITS = 20;

/** The event-specific part of a `push`. */
export async function pushPayload(hub: Hub, repo: Repository, actor: Actor, { ref, before, after }: RefChange) {
  const git = hub.git(repo);
  const { html } = addressOf(hub, repo);
  const excluded = before === null ? [] : [`^${before}`];
  const shas =
    after === null || (before === null && ref !== `refs/heads/${repo.defaultBranch}`)
      ? []
      : (await git.revList('--reverse', after, ...excluded)).slice(-MAX_COMMITS);
  const commits = await Promise.all(shas.map(async (sha) => commitEntry(hub, repo, (await git.commit(sha))!)));
  const head = after === null ? undefined : await git.commit(after);
  const pusher = actor.type === 'anonymous' ? null : actor.user;
  return {
    ref,
    before: before ?? ZERO,
    after: after ?? ZERO,
    base_ref: null,
    created: before === null,
    deleted: after === null,
    forced: before !== null && after !== null && !(await git.isAncestor(before, after)),
    compare:
      before === null || after === null
        ? `${html}/compare/${ref}`
        : `${html}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits,
    head_commit: head === undefined ? null : await commitEntry(hub, repo, head),
    pusher: { name: pusher?.login ?? 'none', email: pusher?.email ?? null },
  };
}

async function commitEntry(hub: Hub, repo: Repository, commit: CommitInfo) {
  const out = await hub
    .git(repo)
    .run(['diff-tree', '--root', '-r', '-m', '--first-parent', '--no-commit-id', '--name-status', '-z', commit.sha]);
  const fields = out.toString('utf8').split('\0');
  const changed: Record<string, string[]> = { A: [], M: [], D: [] };
  for (let at = 0; at + 1 < fields.length; at += 2) (changed[fields[at]!] ?? changed.M!).push(fields[at + 1]!);
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
    added: changed.A,
    modified: changed.M,
    removed: changed.D,
  };
}
