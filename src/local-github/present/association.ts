import type { ServerContext } from '../server-context.ts';
import type { Repository } from '../store/rows.ts';
import type { Schema } from './schema.ts';

/** How an account relates to a repository. Not a permission. */
export function associationOf(hub: ServerContext, repo: Repository, user: number): Schema<'author-association'> {
  if (user === repo.owner) return 'OWNER';
  return hub.store.collaborators.find({ repo: repo.id, user }) === undefined ? 'NONE' : 'COLLABORATOR';
}
