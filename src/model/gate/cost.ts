/**
 * What a variant has to be to be merged.
 *
 * - `score`: better.
 * - `cost`: not worse by `margin`, and cheaper by `saving`.
 */
export const GOALS = ['score', 'cost'] as const;

export interface CostGoal {
  readonly goal: 'cost';
  /** By how much less the variant's mean score may be, in (0, 1). */
  readonly margin: number;
  /** By what share of the root's mean cost the variant's has to be less, in (0, 1). */
  readonly saving: number;
}

/** What was measured, within the bounds of one-sided tests. */
export interface Estimate {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** What held-out tasks show of score and cost, beside the root. */
export interface CostVerdict {
  readonly passed: boolean;
  /** Tasks judged. */
  readonly n: number;
  /** Tasks without a result on the variant, and those left out for having none on the root. */
  readonly missing: number;
  readonly dropped: number;
  /** What was asked: see `CostGoal`. */
  readonly margin: number;
  readonly saving: number;
  /** What each p has to reach. Bounds are those of one-sided tests at it. */
  readonly level: number;
  /** Variant less root, in [-1, 1]. */
  readonly scoreDifference: Estimate;
  /** The variant's mean cost over the root's; null where `unit` is, or there are too few tasks for bounds. */
  readonly ratio: Estimate | null;
  readonly unit: 'USD' | 'tokens' | null;
  readonly p: { readonly score: number; readonly cost: number };
  /** `passed`, or what is not shown; `cost unknown` and `missing` (too many results are) before any of it. */
  readonly why: (typeof COST_REASONS)[number];
}

export const COST_REASONS = ['passed', 'missing', 'cost unknown', 'score', 'cost', 'score and cost'] as const;
