import type { VariantId } from '../../model/ids.ts';
import type { OpenRun } from '../state/open-run.ts';
import { branchOf } from '../state/spec.ts';

/**
 * Turns the pull requests of a merged variant's children to the default branch, which holds their parent now, so that they
 * outlive its branch and whoever reopens one can merge it. To be called before they are closed: then their base is fixed.
 */
export async function retargetChildren({ forge, key, spec }: OpenRun, merged: VariantId): Promise<void> {
  const from = branchOf(key.run, merged);
  for (const { number, open, base } of await forge.pulls(`huxley/${key.run}/`))
    if (open && base === from) await forge.editPull(number, { base: spec.defaultBranch });
}
