import type { ServerContext } from '../server-context.ts';
import type { Repository, User } from '../store/rows.ts';
import { createRepository } from './repository.ts';

/** Forks a repository into an account: its branches as they are now. One that is there already is given. */
export async function forkRepository(
  hub: ServerContext,
  parent: Repository,
  owner: User,
  name?: string,
): Promise<Repository> {
  const { store } = hub;
  const there = store.repositories.list({ owner: owner.id }).find((repo) => repo.parent === parent.id);
  if (there !== undefined) return there;
  const { defaultBranch } = parent;
  const made = await createRepository(hub, owner, {
    name: name ?? parent.name,
    private: parent.private,
    ...(parent.description === null ? {} : { description: parent.description }),
    defaultBranch,
  });
  await hub.git(made).run(['fetch', '--quiet', hub.git(parent).dir, '+refs/heads/*:refs/heads/*']);
  return store.repositories.update(made.id, { parent: parent.id });
}
