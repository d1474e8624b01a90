import type { RepositoryFiles } from '../../benchmark/kinds.ts';
import type { Forge } from '../../github/forge.ts';
import type { Sha } from '../../model/ids.ts';

/** The files of the repository at a commit, as far as a suite has to know them. */
export function filesAt(forge: Forge, { sha, tree }: { readonly sha: Sha; readonly tree: Sha }): RepositoryFiles {
  return { read: (path) => forge.readFile(path, sha), list: () => forge.listFiles(tree) };
}
