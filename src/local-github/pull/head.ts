import type { ServerContext } from '../server-context.ts';
import type { Pull, Repository } from '../store/rows.ts';

/** The repository a pull request comes from: its own, or a fork of it. */
export function headRepoOf(hub: ServerContext, pull: Pull): Repository {
  return hub.store.repositories.get(pull.headRepo ?? pull.repo)!;
}

/** Open pull requests, here or in the repository it was forked from, whose head is a branch of a repository. */
export function pullsFrom(hub: ServerContext, repo: Repository, branch: string): readonly Pull[] {
  return hub.store.pulls
    .list({ headRef: branch, open: true })
    .filter((pull) => (pull.headRepo ?? pull.repo) === repo.id);
}

/** The repository and branch that `owner:branch` or `branch` names as the head of a pull request; `undefined` for none. */
export function headNamed(
  hub: ServerContext,
  repo: Repository,
  head: string,
): { from: Repository; branch: string } | undefined {
  const [owner, ...rest] = head.split(':');
  if (rest.length === 0) return { from: repo, branch: head };
  const user = hub.store.users.find({ login: owner! });
  if (user === undefined) return undefined;
  const from =
    user.id === repo.owner
      ? repo
      : hub.store.repositories.list({ owner: user.id }).find((fork) => fork.parent === repo.id);
  return from && { from, branch: rest.join(':') };
}

/** Brings a commit of another repository into this one, as a pull request from a fork does. */
export async function bring(hub: ServerContext, from: Repository, to: Repository, sha: string): Promise<void> {
  if (from.id === to.id) return;
  await hub.git(to).run(['fetch', '--quiet', '--no-tags', hub.git(from).dir, sha]);
}
