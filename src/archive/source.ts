import { HuxleyError } from '../model/error.ts';
import { type Sha, type VariantId, variantId } from '../model/ids.ts';
import { type Archive, findVariant, type RunSettings } from './archive.ts';

export interface Commit {
  readonly sha: string;
  readonly tree: string;
}

/** @throws HuxleyError `run.not-made` for a variant that has no commit. */
export function commitOf(archive: Archive, id: VariantId): Commit {
  const variant = findVariant(archive, id);
  if (variant?.sha && variant.tree) return { sha: variant.sha, tree: variant.tree };
  throw new HuxleyError('run.not-made', `${id} was never made.`, 'Name a variant that exists.');
}

/** The parent of a variant; the root's is the root itself. */
export function parentOf(archive: Archive, id: VariantId): VariantId {
  return variantId(findVariant(archive, id)!.parent);
}

/** The commit of the default branch whose configuration and workflow the run was started with: its root, but of a pull request that is measured. */
export function configurationCommit({ measure, root }: Pick<RunSettings, 'measure' | 'root'>): Sha {
  return measure?.configuration ?? root.sha;
}
