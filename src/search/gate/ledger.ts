import type { JournalEntry } from '../../model/event.ts';
import type { GateRules, Grant } from '../../model/gate/verdict.ts';
import type { RunId, Sha, TaskId, VariantId } from '../../model/ids.ts';

/** One variant's comparison on held-out tasks, as the ledger keeps it. */
export interface Opening {
  readonly run: RunId;
  readonly variant: VariantId;
  /** When it was opened, ISO 8601. */
  readonly at: string;
  readonly suite: string;
  readonly heldOut: readonly TaskId[];
  /**
   * Chance of a false merge that it may cost. What its looks did not use of that is not given back: they stop early where the
   * evidence is bad, and such a choice costs what it leaves.
   */
  readonly spent: number;
  readonly passed: boolean;
  /** Of the variant; null for what was measured and could not be merged. */
  readonly tree: Sha | null;
}

/** What a comparison may spend, and how that came about: see `Grant`. */
export type Allowance = Pick<Grant, 'level' | 'openings' | 'passes' | 'spent' | 'worn'>;

/** Of a comparison that none came before. */
export const NO_HISTORY = { openings: 0, passes: 0, spent: 0, worn: 0 } as const;

/** Share of what is left that the first comparison on a held-out set may spend, and each later one, `/huxley prove` included. */
const FIRST_PART = 0.8;
const LATER_PART = 0.5;

/**
 * What the next comparison on these held-out tasks may spend of `error`, in (0, 0.5).
 *
 * A comparison that may pass a variant without any gain with probability e costs e, whatever comes of it. With `any`, all comparisons
 * together cost `error` at most: the union bound. With `share`, each pass after the first adds another `error`: they cost at most
 * `error` for each pass: the expected number of false passes is at most `error` times that of max(1, passes) (alpha-investing: Foster
 * and Stine 2008; the bound on costs by passes is that of LORD++, Ramdas et al. 2017).
 */
export function allowance(
  openings: readonly Opening[],
  suite: string,
  heldOut: readonly TaskId[],
  error: number,
  promise: GateRules['promise'],
): Allowance {
  const now = new Set(heldOut);
  const counted = openings
    .filter((opening) => opening.suite === suite)
    .map((opening) => ({ ...opening, weight: opening.heldOut.filter((task) => now.has(task)).length / now.size }))
    .filter(({ weight }) => weight > 0);
  const spent = counted.reduce((sum, opening) => sum + opening.weight * opening.spent, 0);
  const passed = counted.filter((opening) => opening.passed);
  // A pass earns as much as its cost counts here, by the tasks the two have in common; one variant once, however often it passes.
  const earning = new Map<Sha, number>();
  for (const { tree, weight } of passed) if (tree) earning.set(tree, Math.max(weight, earning.get(tree) ?? 0));
  const earned = [...earning.values()].reduce((sum, weight) => sum + weight, 0);
  const seen = new Set(counted.flatMap((opening) => opening.heldOut.filter((task) => now.has(task))));
  const left = Math.max(0, error * (promise === 'share' ? Math.max(1, earned) : 1) - spent);
  return {
    level: Math.min(error, (counted.length === 0 ? FIRST_PART : LATER_PART) * left),
    openings: counted.length,
    spent,
    passes: passed.length,
    worn: now.size === 0 ? 0 : seen.size / now.size,
  };
}

/**
 * What more evidence in a run costs for each unit of level, once a comparison of that run was granted any: the root's results count for
 * every variant. How far it goes is chosen by somebody who has seen them: whoever picks the most promising end passes more often than the level says, up to 1.75 times for up to 31 rounds (numerical integration of
 * the normal approximation).
 */
export const CHOSEN = 2;

/**
 * The comparisons that a run's journal tells of; none of runs from before there was a ledger, which promised nothing over many runs.
 */
export function openingsOf(entries: Iterable<JournalEntry>): Opening[] {
  const found = new Map<VariantId, Opening>();
  const trees = new Map<VariantId, Sha>();
  let measured = false;
  let about = { run: '', suite: '', heldOut: [] as readonly TaskId[] };
  for (const { at, event } of entries)
    switch (event.type) {
      case 'run.started':
        about = { run: event.run, suite: event.suite.name, heldOut: event.heldOut };
        measured = event.measure !== undefined;
        break;
      case 'expansion.made':
        trees.set(event.variant, event.tree);
        break;
      case 'heldout.opened':
      case 'heldout.extended': {
        const { variant, grant, leftOut = [] } = event;
        if (grant === undefined) break;
        const before = found.get(variant);
        const heldOut = before?.heldOut ?? about.heldOut.filter((task) => !leftOut.includes(task));
        const spent = (before?.spent ?? 0) + (grant.counts ?? 1) * grant.level;
        const tree = measured ? null : (trees.get(variant) ?? null);
        found.set(variant, { at: before?.at ?? at, ...about, heldOut, variant, spent, passed: false, tree });
        break;
      }
      case 'heldout.done': {
        const before = found.get(event.variant);
        if (before) found.set(event.variant, { ...before, passed: event.gate.passed });
        break;
      }
    }
  return [...found.values()];
}
