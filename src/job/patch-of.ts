import type { FileEntry } from '../model/file.ts';
import { diffTrees } from '../operator/patch/change.ts';
import { dropIgnored } from './ignored.ts';
import { unifiedDiff } from './unified-diff.ts';

/** What was done to a repository, as a patch that git applies: without new files that the repository ignores or that running code leaves. */
export async function patchOf(before: readonly FileEntry[], after: readonly FileEntry[]): Promise<string> {
  const known = new Set(before.map(({ path }) => path));
  const kept = new Set((await dropIgnored(diffTrees(before, after), before)).map(({ path }) => path));
  const meant = after.filter(({ path }) => known.has(path) || kept.has(path));
  return await unifiedDiff(before, meant, { binary: true });
}
