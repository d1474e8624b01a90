import type { SearchState } from '../../../archive/archive.ts';
import type { Prefer } from '../../../model/event.ts';
import { evaluations } from '../actions.ts';

/** How a policy weighs dollars against hours where jobs run side by side. */
interface Haste {
  /** Logits by which the best variant without what is in flight may lead before waiting beats another job. */
  readonly patience: number;
  /** Logits taken off the promise of a variant whose first results are in flight: it would be expanded unseen. */
  readonly unseen: number;
}

/** Found on simulated landscapes: docs/search-experiments.md. */
export const HASTE: Readonly<Record<Prefer, Haste>> = {
  cost: { patience: 0.05, unseen: 1 },
  balance: { patience: 0.3, unseen: 0.2 },
  time: { patience: Number.POSITIVE_INFINITY, unseen: 0 },
};

/**
 * How many children a variant has, or is about to have, of which little is known: those being made, and those with fewer results
 * than `enough`. A descendant's count `share` as much for each generation up. By variant number.
 */
export function unseenChildren({ variants }: SearchState, share: number, enough: number): Float64Array {
  const counts = new Float64Array(variants.length);
  for (let number = variants.length - 1; number >= 0; number--) {
    const variant = variants[number];
    if (!variant) continue;
    counts[number]! += variant.expanding;
    if (number === 0) continue;
    const unseen = variant.active && evaluations(variant) < enough;
    counts[variant.parent]! += Number(unseen) + share * counts[number]!;
  }
  return counts;
}
