import type { FileEntry } from '../../model/file.ts';
import { diffTrees } from '../../operator/patch/change.ts';
import { dropIgnored, LEFTOVERS } from './ignored.ts';
import { unifiedDiff } from './unified-diff.ts';

/**
 * What was done to a repository, as a patch that git applies: without what running code leaves, even where the repository's
 * image had it already, and without new files that the repository ignores.
 */
export async function patchOf(before: readonly FileEntry[], after: readonly FileEntry[]): Promise<string> {
  const [was, is] = [meant(before), meant(after)];
  const known = new Set(was.map(({ path }) => path));
  const kept = new Set((await dropIgnored(diffTrees(was, is), was)).map(({ path }) => path));
  return await unifiedDiff(
    was,
    is.filter(({ path }) => known.has(path) || kept.has(path)),
    { binary: true },
  );
}

function meant(files: readonly FileEntry[]): readonly FileEntry[] {
  return files.filter(({ path }) => !LEFTOVERS.test(path));
}
