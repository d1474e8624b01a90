import type { CostGoal, CostVerdict } from './cost.ts';

/** The paired comparison of a variant with the root on the held-out tasks. */
export interface GateVerdict {
  readonly passed: boolean;
  /** Pairs that count, one for each task and round on which the root has a result: without one on the variant it counts as failed. */
  readonly n: number;
  /** Of those, resolved by the root and by the variant. */
  readonly root: number;
  readonly variant: number;
  /** Pairs in which the variant resolved the task and the root did not, and the other way round. */
  readonly fixed: number;
  readonly broken: number;
  /** Mean scores of root and variant over these pairs, in [0, 1]; absent where the comparison is of resolved tasks. */
  readonly means?: { readonly root: number; readonly variant: number };
  /** One-sided p-value, in [0, 1], valid at the look that was the last: `weigh`; the higher of two for goal `cost`. */
  readonly p: number;
  /** Level the p-value had to stay at or below at the last look; where there was none, by the end of the evaluations. */
  readonly alpha: number;
  /** Of the `n`, pairs without a result on the variant; absent for none. */
  readonly missing?: number;
  /** Pairs left out, because the root has no result on them; absent for none. */
  readonly dropped?: number;
  /** Why no number of fixed tasks would do: it tampered with what grades it, or too many results are missing. */
  readonly refused?: 'tampered' | 'missing';
  /** How the comparison went; absent in runs that had one look of fixed size. */
  readonly evidence?: GateEvidence;
}

/** Why a comparison looked no further: for `person` somebody stopped it, for `hours` the run's were over. */
export const GATE_STOPS = ['proof', 'futile', 'evaluations', 'money', 'refused', 'person', 'hours'] as const;
export type GateStop = (typeof GATE_STOPS)[number];

/** The evidence of a comparison that went in rounds. */
export interface GateEvidence {
  readonly stopped: GateStop;
  readonly rounds: number;
  /** Held-out evaluations, of root and variant together. */
  readonly evaluations: number;
  /** Tasks that count. */
  readonly tasks: number;
  /** Chance of a false merge that the looks have spent. */
  readonly spent: number;
  /** The variant's score less the root's, as shares of tasks; 90 % intervals that hold at whatever look it stops. */
  readonly gain: number;
  /** On these very tasks, and over many tasks like them. */
  readonly here: Bounds;
  readonly alike: Bounds;
  /** What more evaluations would buy: the chance of passing with them if the gain is what it looks like; absent once it has passed. */
  readonly more?: { readonly evaluations: number; readonly chance: number };
  /** What was judged for goal `cost`, on which `passed` then rests; `more` is absent then. */
  readonly cost?: CostVerdict;
}

export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** What a comparison may use, given when it is opened and with each `/huxley prove`. */
export interface Grant {
  /** Held-out evaluations that were made before, of root and variant together. */
  readonly after: number;
  /** Evaluations that it pays, of root and variant together; a first round is made whatever it takes. */
  readonly evaluations: number;
  /** Chance of a false merge that it adds, in [0, 1). */
  readonly level: number;
  /** How often the level counts in the ledger; absent for once. */
  readonly counts?: number;
  /** How the level came about: earlier comparisons on these tasks, those of them that passed, and what they were granted. */
  readonly openings: number;
  readonly passes: number;
  readonly spent: number;
  /** Share of these tasks that were opened before, in [0, 1]. */
  readonly worn: number;
}

/** How a variant is proven on the held-out tasks. */
export const GATE_TESTS = ['sequential', 'mcnemar'] as const;
/**
 * What the level of merges promises over any number of runs on the same held-out tasks.
 *
 * - `share`: the expected number of false passes is at most such a share of the expected number of passes, where none at all counts as
 *   one: E[false] ≤ share · E[max(1, passes)] (marginal false discovery rate, bounded as LORD++ does).
 * - `any`: the chance that any variant that is no better ever passes (family-wise error).
 */
export const PROMISES = ['share', 'any'] as const;

/** The rules of a run's held-out comparison; without a goal it is `score`. */
export type GateRules = {
  readonly test: (typeof GATE_TESTS)[number];
  /** Held-out evaluations, of root and variant together. */
  readonly evaluations: number;
  readonly promise: (typeof PROMISES)[number];
  /** What it compares; absent: whether tasks are resolved. */
  readonly metric?: 'score';
} & (CostGoal | { readonly goal?: never });
