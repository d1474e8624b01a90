import { lineage, RESOLVED, type SearchState, type Variant } from '../../archive/archive.ts';
import { createRng } from '../../model/rng.ts';
import type { Interval } from '../belief/interval.ts';
import { assumeFailed } from '../gate/assume-failed.ts';
import { BETTER } from '../plateau/plateau.ts';
import { BeliefEnsemble } from '../policies/huxley/belief-ensemble.ts';
import type { Policy } from '../policies/policy.ts';

/** What the edit that made a variant of its parent is believed to have brought, in shares of tasks from -1 to 1; bounds of a 90 % interval. */
export interface Contribution extends Interval {
  /** Number of the variant. */
  readonly variant: number;
  readonly mean: number;
  /** Search tasks that both it and its parent were measured on, and how many of them each resolved. */
  readonly same: { readonly n: number; readonly own: number; readonly parent: number };
}

/** A mean's standard error is a sixtieth of its spread. */
const DRAWS = 4_000;
/** Draws of contributions are no decision's. */
const STREAM = 0x51e4;
/** Tasks measured on both from which on their results count by themselves: beliefs of neighbours lean on each other. */
const ENOUGH = 8;

/**
 * What each edit between the root and a live variant, by number, contributed, the oldest first: the gain of each variant over its parent, from
 * draws of the whole lineage together. The means add up to the believed gain over the root. An edit is judged where it was
 * made: on another variant it may bring something else. Where the policy has no belief of this kind, the ensemble that
 * policy `huxley` chooses by is asked. Pure: the same for the same search.
 */
export function contributionsOf(search: SearchState, number: number, policy: Policy): Contribution[] {
  const seen = assumeFailed(search);
  const variants = lineage(seen, number).reverse();
  const numbers = variants.map((variant) => variant.number);
  const rng = createRng(STREAM, seen.lastFact?.seq ?? 0);
  const draws = policy.draws?.(seen, numbers, DRAWS, rng) ?? believe(seen).draws(numbers, DRAWS, rng);
  return variants.slice(1).map((variant, at) => {
    const gains = Float64Array.from(draws, (draw) => draw[at + 1]! - draw[at]!).sort();
    const quantile = (share: number) => gains[Math.round(share * (gains.length - 1))]!;
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    const same = onSame(variant, variants[at]!);
    return { variant: variant.number, mean, lower: quantile(0.05), upper: quantile(0.95), same };
  });
}

function onSame({ cells }: Variant, parent: Variant): Contribution['same'] {
  const both = [...cells.keys()].filter((task) => cells[task]! >= RESOLVED && parent.cells[task]! >= RESOLVED);
  const resolved = (of: Uint8Array) => both.filter((task) => of[task] === RESOLVED).length;
  return { n: both.length, own: resolved(cells), parent: resolved(parent.cells) };
}

function believe(search: SearchState): BeliefEnsemble {
  const ensemble = new BeliefEnsemble(search.tasks.length);
  ensemble.follow(search);
  return ensemble;
}

/**
 * Whether an edit shows no contribution: it resolved no more than its parent of at least eight tasks that both were measured on, or less than one
 * task in a hundred is expected of it and its interval reaches zero. How often that is right: docs/search-experiments.md, "Contributions".
 */
export function showsNone({ mean, lower, same }: Contribution): boolean {
  return (same.n >= ENOUGH && same.own <= same.parent) || (mean < BETTER && lower <= 0);
}
