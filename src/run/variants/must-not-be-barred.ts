import { barredBy, type Variant } from '../../archive/archive.ts';
import { reduceEntries } from '../../archive/reduce.ts';
import type { PullRequest } from '../../github/forge.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileChange } from '../../model/file.ts';
import { digestOfChange } from '../../operator/patch/change.ts';
import type { OpenRun } from '../state/open-run.ts';

/**
 * What has tampered stays barred whoever brings it: as the same commit or tree, as the same change, or with the commit in its history.
 * @throws HuxleyError `command.tampered`
 */
export async function mustNotBeBarred(run: OpenRun, pull: PullRequest, changes: readonly FileChange[]): Promise<void> {
  const { forge, archive } = run;
  const { root } = archive.settings;
  const { tree } = await forge.commit(pull.headSha);
  const change = digestOfChange(changes);
  const holds = async (sha: string, head: string) => (await forge.mergeBase(sha, head)) === sha;
  for (const { run: name, variant } of await barredOnes(run)) {
    const same =
      variant.sha === pull.headSha ||
      variant.birth?.adopted?.head === pull.headSha ||
      variant.tree === tree ||
      (variant.tampered > 0 && variant.proposed?.change === change);
    // Whoever descends from a descendant descends from the first; what somebody has merged all the same bars nothing any more.
    const descends = async () =>
      variant.tampered > 0 && (await holds(variant.sha!, pull.headSha)) && !(await holds(variant.sha!, root.sha));
    if (!same && !(await descends())) continue;
    throw new HuxleyError(
      'command.tampered',
      `#${pull.number} ${same ? 'is' : 'descends from'} ${variant.id} of run ${name}, which tampered with what grades it, or descends from a variant that did.`,
      'It can never be merged by Huxley. Make the change again, on a branch without it.',
    );
  }
}

/** Every variant of the repository's runs that is barred; heads of pull requests that were measured are among them. */
async function barredOnes({ key, store, archive }: OpenRun): Promise<{ run: string; variant: Variant }[]> {
  const found: { run: string; variant: Variant }[] = [];
  for (const each of await store.runs(key.repository)) {
    const { search } = each.run === key.run ? archive : reduceEntries(null, await store.read(each))!;
    for (const variant of search.variants)
      if (variant?.sha && barredBy(search, variant.number)) found.push({ run: each.run, variant });
  }
  return found;
}
