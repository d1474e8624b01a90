import type { CommitInfo, Identity } from '../git/commit.ts';
import type { ServerContext } from '../server-context.ts';
import type { Repository } from '../store/rows.ts';
import { addressOf } from './address.ts';
import type { Schema } from './schema.ts';
import { userOf } from './user.ts';

/** The account an identity's address belongs to, as far as it is known. */
export function accountOf(hub: ServerContext, { email }: Identity) {
  const id = /^(\d+)\+.*@users\.noreply\.github\.com$/.exec(email)?.[1];
  return id === undefined ? undefined : hub.store.users.get(Number(id));
}

/** A commit as the git data operations have it. */
export function gitCommitOf(hub: ServerContext, repo: Repository, commit: CommitInfo): Schema<'git-commit'> {
  const { api, html } = addressOf(hub, repo);
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
    })),
    verification: hub.signing.verification(commit),
  };
}

/** A commit as the repository operations have it. */
export function commitOf(hub: ServerContext, repo: Repository, commit: CommitInfo): Schema<'commit'> {
  const { api, html } = addressOf(hub, repo);
  const url = `${api}/commits/${commit.sha}`;
  const account = (identity: Identity) => {
    const user = accountOf(hub, identity);
    return user === undefined ? null : userOf(hub, user);
  };
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: hub.signing.verification(commit),
    },
    url,
    html_url: `${html}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: account(commit.author),
    committer: account(commit.committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
    })),
  };
}

/** A commit as check suites and workflow runs carry it. */
export function simpleCommitOf(commit: CommitInfo): Schema<'simple-commit'> {
  const { author, committer } = commit;
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: committer.date,
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
  };
}
