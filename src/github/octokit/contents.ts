import { HuxleyError } from '../../model/error.ts';
import type { Forge, Permission } from '../forge.ts';
import { orIfMissing } from '../retry.ts';
import type { Connection } from './connection.ts';

/** The repository itself, who may do what in it, and its files. */
export function contents({
  at,
  repository,
  octokit: { rest },
}: Connection): Pick<Forge, 'facts' | 'permission' | 'readFile' | 'listFiles'> {
  return {
    async facts() {
      const { data } = await rest.repos.get(at);
      return { id: data.id, name: data.full_name, defaultBranch: data.default_branch };
    },

    async permission(login): Promise<Permission> {
      const answer = await orIfMissing(rest.repos.getCollaboratorPermissionLevel({ ...at, username: login }), null);
      const permission = answer?.data.permission;
      return permission === 'admin' || permission === 'write' || permission === 'read' ? permission : 'none';
    },

    async readFile(path, ref) {
      const answer = await orIfMissing(rest.repos.getContent({ ...at, path, ref, mediaType: { format: 'raw' } }), null);
      if (answer === null) return null;
      const data: unknown = answer.data;
      if (typeof data === 'string') return data;
      throw new HuxleyError('forge.not-a-file', `${path} is not a file.`, `Make ${path} a regular file.`);
    },

    async listFiles(tree) {
      const { data } = await rest.git.getTree({ ...at, tree_sha: tree, recursive: 'true' });
      if (data.truncated)
        throw new HuxleyError(
          'forge.tree-too-large',
          `${repository} has too many files for one listing.`,
          'Move what is not the agent (data, build products) out of the repository.',
        );
      return data.tree
        .filter(({ type }) => type === 'blob')
        .map(({ path, mode, sha }) => ({ path: path!, mode: mode!, sha: sha! }));
    },
  };
}
