import { suitePath } from '../../benchmark/tree-digest.ts';
import type { FileEntry } from '../../model/file.ts';
import { pathProblem } from '../../operator/patch/paths.ts';

/**
 * What an agent sees of its own repository, when it solves and when it modifies itself: neither `.git` nor `.github`, no
 * protected path, nothing of the suite's folder.
 *
 * @param suite the suite's name; a folder of that name in the repository holds tasks and answers
 */
export function visibleTree(
  tree: readonly FileEntry[],
  protect: readonly string[],
  suite: string,
): readonly FileEntry[] {
  const hidden = [...protect, suitePath(suite)];
  return tree.filter((file) => pathProblem(file.path, hidden) === null);
}

/** What an agent's own check may use besides: protected files, its tests among them, but not the tasks. */
export function checkableTree(tree: readonly FileEntry[], suite: string): readonly FileEntry[] {
  return tree.filter((file) => pathProblem(file.path, [suitePath(suite)]) === null);
}
