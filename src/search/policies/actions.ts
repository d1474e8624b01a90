import { openCount, openTasks, type SearchState, type Variant } from '../../archive/archive.ts';
import { nextRound, triesOf } from '../../archive/tries.ts';
import type { Reason } from '../../model/decision.ts';
import { type Rng, sample } from '../../model/rng.ts';
import type { Proposal, View } from './policy.ts';
import { ranked, reasonOf } from './reason.ts';

/** Random open tasks of a variant, as many as fit in one job. */
export function evaluateAtRandom(view: View, variant: Variant, rng: Rng, reason: () => Reason): Proposal {
  return { type: 'evaluate', variant: variant.number, tasks: sample(openTasks(variant), rng, view.batch), reason };
}

export function exhausted(view: View): Proposal {
  const { batch, left, rules, search } = view;
  const done = 'every variant has been run on every task, and no expansion can be paid';
  // What runs from before these rules have on record is said again to the letter.
  const why =
    batch < 1
      ? 'the budget is used up'
      : rules < 1 || allRun(search)
        ? view.canExpand && parents(view).length === 0
          ? 'every variant has been run on every task, and every operator has been given all the evidence there is'
          : done
        : `the ${left} left of the budget pay nothing more that helps to choose`;
  return { type: 'rest', reason: () => reasonOf(why) };
}

function allRun(search: SearchState): boolean {
  return search.variants.every((variant) => !variant?.active || openCount(variant) === 0);
}

/** Attempts at a pair at most. */
const MAX_TRIES = 5;

/** A task, the round in which it may be measured, and the attempts there are. */
export interface Measurable {
  readonly task: number;
  readonly round: number;
  readonly tried: number;
}

/**
 * What a variant may be measured on: its open tasks; where there are none, and the run's rules know of it, each task again. Not
 * for the root, whose evaluations are outside of the budget.
 */
export function measurable({ rules }: Pick<View, 'rules'>, variant: Variant): Measurable[] {
  const open = openTasks(variant).map((task) => ({ task, round: 0, tried: 0 }));
  if (open.length > 0 || rules < 2 || variant.number === 0) return open;
  return Array.from(variant.cells).flatMap((_, task) => {
    const round = nextRound(variant, task, MAX_TRIES);
    return round === null ? [] : [{ task, round, tried: triesOf(variant, task).n }];
  });
}

/** Variants that may be measured, were not yet, and are not about to be. */
export function unmeasured(search: SearchState): Variant[] {
  return search.variants.filter(
    (variant): variant is Variant =>
      variant?.active === true && variant.inFlight === 0 && evaluations(variant) === 0 && openCount(variant) > 0,
  );
}

export function activeVariants({ search }: View): Variant[] {
  return search.variants.filter((variant): variant is Variant => variant?.active === true);
}

/** Variants that may be expanded. */
export function parents(view: View): Variant[] {
  return activeVariants(view).filter(({ number }) => view.expandable(number));
}

/**
 * What the search's own expansions of a variant came to: `made` live children, `failed` ones, and all that were not lost, those in flight included.
 * Children that people brought or took edits from do not count. Before rules 4 they did, as did lost ones: as made, and dgm's failed ones, too.
 */
export function expansionsOf(
  { search, rules }: Pick<View, 'search' | 'rules'>,
  { children, failedExpansions, expanding }: Variant,
): { readonly made: number; readonly failed: number; readonly all: number } {
  if (rules < 4)
    return { made: children.length - failedExpansions - expanding, failed: failedExpansions, all: children.length };
  let [made, all] = [0, 0];
  for (const number of children) {
    const { state, birth } = search.variants[number]!;
    if (state === 'lost' || birth?.adopted || birth?.slim) continue;
    all++;
    if (state === 'live') made++;
  }
  return { made, failed: failedExpansions, all };
}

export function evaluations({ own }: Variant): number {
  return own.resolved + own.unresolved;
}

/** Share of a variant's own evaluations that resolved; 0 without any. */
export function ownMean(variant: Variant): number {
  const n = evaluations(variant);
  return n === 0 ? 0 : variant.own.resolved / n;
}

/** Index of the highest value, the first among equals; -1 for none. */
export function argmax(values: ArrayLike<number>): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) if (best < 0 || values[i]! > values[best]!) best = i;
  return best;
}

/** A reason that shows the candidates' own counts. */
export function byOwnCounts(text: string, variants: readonly Variant[], draws: ArrayLike<number>): () => Reason {
  return () => ({ text, candidates: ranked(variants, draws, (variant) => variant.own) });
}
