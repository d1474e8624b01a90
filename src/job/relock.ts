import { refreshLocks } from '../build/build.ts';
import type { ExpandOrder } from '../contract/contract.ts';
import type { FileEntry } from '../model/file.ts';
import { diffTrees, overlay, type RawChange, toFileChange } from '../operator/patch/change.ts';
import { isLock, isManifest } from '../operator/patch/manifests/dependencies.ts';
import { type BuildParts, builderOf } from './layer.ts';
import { checkableTree } from './tree/visible-tree.ts';

/**
 * A patch with the lock files that belong to it: an agent that changes its dependencies has no network to write them with.
 *
 * @throws HuxleyError `build.failed` where the dependencies cannot be had together
 */
export async function relock(
  parts: BuildParts,
  { agent: { build, allowDependencies }, limits, suite }: ExpandOrder,
  parent: readonly FileEntry[],
  changes: readonly RawChange[],
): Promise<readonly RawChange[]> {
  if (!build?.lock || !allowDependencies || !changes.some(({ path }) => isManifest(path))) return changes;
  const tree = overlay(parent, changes.map(toFileChange));
  const locks = await refreshLocks(builderOf(parts, limits), build, checkableTree(tree, suite.name), isLock);
  const written = new Set(locks.map(({ path }) => path));
  const after = [...tree.filter(({ path }) => !written.has(path)), ...locks];
  const others = changes.filter(({ path }) => !written.has(path));
  return [...others, ...diffTrees(parent, after).filter(({ path }) => written.has(path))];
}
