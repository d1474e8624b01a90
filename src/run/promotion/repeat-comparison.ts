import { findVariant, type Variant } from '../../archive/archive.ts';
import { kindOf } from '../../benchmark/kinds.ts';
import type { CommitFacts } from '../../github/forge.ts';
import { GitHubRefusal } from '../../github/refusal.ts';
import { HuxleyError } from '../../model/error.ts';
import type { VariantId } from '../../model/ids.ts';
import { comparisonCost } from '../../order/spending.ts';
import { dollars } from '../../report/text/figures.ts';
import { filesAt } from '../start/files-at.ts';
import type { OpenRun } from '../state/open-run.ts';
import { branchOf, mergeBranch } from '../state/spec.ts';
import { mergeMessage } from '../state/trailers.ts';
import { headsOf } from './promotion-commit.ts';

/** How often a comparison is repeated for a default branch that keeps moving. */
const MAX_REPEATS = 3;

/**
 * Has the held-out comparison made again on what would be merged now: merges the default branch as it has become into a
 * branch beside the variant's, and opens the held-out tasks for base and merge result. Gives why it cannot, or null.
 */
export async function repeatComparison(run: OpenRun, id: VariantId, head: CommitFacts): Promise<string | null> {
  const { defaultBranch } = run.spec;
  const repeats = Math.max(0, run.archive.judged.length - 1);
  if (repeats >= MAX_REPEATS) return `${defaultBranch} has moved again after ${repeats} repeated comparisons.`;
  const obstacle = (await otherTasks(run, head)) ?? tooExpensive(run);
  if (obstacle !== null) return obstacle;
  const merged = await mergeResult(run, findVariant(run.archive, id)!, head);
  if (typeof merged === 'string') return merged;
  const { sha, tree } = head;
  await run.record({
    type: 'heldout.repeated',
    variant: id,
    base: { sha, tree },
    merged: { sha: merged.sha, tree: merged.tree },
  });
  return null;
}

async function otherTasks(run: OpenRun, { tree, sha }: CommitFacts): Promise<string | null> {
  const { suite } = run.archive.settings;
  try {
    if ((await kindOf(suite.name).facts(suite.name, filesAt(run.forge, { sha, tree }))).digest === suite.digest)
      return null;
  } catch (error) {
    if (!(error instanceof HuxleyError) || error instanceof GitHubRefusal) throw error;
  }
  return `${run.spec.defaultBranch} has other tasks than the run started with, and results on different tasks cannot be compared.`;
}

function tooExpensive({ archive }: OpenRun): string | null {
  const { settings, spentUSD } = archive;
  const cost = comparisonCost(archive);
  if (settings.costUSD === null || cost === null || spentUSD + cost <= settings.costUSD) return null;
  return `Measuring again would cost about ${dollars(cost)}, and ${dollars(spentUSD)} of ${dollars(settings.costUSD)} is spent.`;
}

/** The variant merged with a commit of the default branch, on a branch of its own, or why not. Looks before it acts. */
async function mergeResult(run: OpenRun, variant: Variant, { sha: base }: CommitFacts): Promise<CommitFacts | string> {
  const { forge, key, spec } = run;
  const own = branchOf(key.run, variant.id);
  const from = await forge.branch(own);
  if (from === null || !(await headsOf(run, variant)).has(from)) return `Branch ${own} is not where Huxley left it.`;
  const name = mergeBranch(key.run, variant.id, base);
  const there = await forge.branch(name);
  if (there !== null && there !== from) {
    const commit = await forge.commit(there);
    return commit.parents[0] === from && commit.parents[1] === base ? commit : `Branch ${name} is somebody else's.`;
  }
  if (there === null) await forge.createBranch(name, from);
  const merged = await forge.mergeIntoBranch(name, base, mergeMessage(key.run, variant.id, spec.defaultBranch));
  if (merged !== null) return forge.commit(merged);
  await forge.deleteBranch(name);
  return `${variant.id} conflicts with ${spec.defaultBranch} as it is now.`;
}
