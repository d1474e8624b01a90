import type { SearchState } from '../../archive/archive.ts';
import type { Reason } from '../../model/decision.ts';
import type { PolicySpec, Prefer } from '../../model/event.ts';
import type { PredictionRecord } from '../../model/memory/prediction.ts';
import type { Rng } from '../../model/rng.ts';

/** What a policy decides on. Held-out results are not part of it. */
export interface View {
  readonly search: SearchState;
  readonly seed: number;
  /** Rules of the search the run began with; 0 for none. */
  readonly rules: number;
  readonly budget: number;
  /** Budget not yet used or committed, in evaluations. */
  readonly left: number;
  readonly expansionCost: number;
  /** Whether the budget left pays an expansion. */
  readonly canExpand: boolean;
  /** Whether an expansion of an active variant, by number, could be made from anything that none was made from. */
  readonly expandable: (variant: number) => boolean;
  /** Tasks in one evaluation at most, and at most what the budget left pays: 0 when it pays none. */
  readonly batch: number;
  /** Jobs in flight at most, and now. */
  readonly concurrency: number;
  readonly inFlight: number;
  readonly prefer: Prefer;
}

/** A policy's wish. Reasons are built when somebody asks, perhaps much later: they may not read what changes. */
export type Proposal =
  | { readonly type: 'expand'; readonly parent: number; readonly reason: () => Reason }
  | {
      readonly type: 'evaluate';
      readonly variant: number;
      /** Indices of search tasks open in that round, best first, at most `batch`. */
      readonly tasks: readonly number[];
      /** Which repetition of the pairs it is, from 0; absent for 0. */
      readonly round?: number;
      readonly reason: () => Reason;
    }
  /** What is in flight is worth more than another job now. Only while something is. */
  | { readonly type: 'wait'; readonly reason: () => Reason }
  /** Nothing is worth doing now: wait for work in flight, or stop where there is none. */
  | { readonly type: 'rest'; readonly reason: () => Reason };

/** What is believed about a variant's mean success on all tasks, in [0, 1]. `lower` and `upper` bound a 90 % interval. */
export interface Belief {
  readonly variant: number;
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  /** What the final choice ranks by. */
  readonly score: number;
}

/** The rule that turns an archive into the next decision. Deterministic in (view, rng). */
export interface Policy {
  readonly spec: PolicySpec;
  propose(view: View, rng: Rng): Proposal;
  /** Active variants with evidence, best-belief first; the root is always among them. */
  rank(view: View): readonly Belief[];
  /**
   * The chance, in [0, 1], that this many more expansions make a variant truly better than `best` by `margin`, a share of tasks.
   * Absent where the policy believes nothing of children that are yet to be made.
   */
  chanceOfBetter?(view: View, best: number, expansions: number, margin: number, rng: Rng): number;
  /**
   * What predictions have been worth in this run, and what one standard deviation of what is expected adds to a child's gain now, in
   * logits. Absent where the policy does not go by them.
   */
  predictions?(view: View): { readonly record: PredictionRecord; readonly trust: number };
  /**
   * What each made child is believed to be worth, by its number, in [0, 1]: the chance that it works, times a half where it is as able as
   * its parent, more where it is abler. Absent where the policy believes nothing of that.
   */
  worthOf?(search: SearchState): (variant: number) => number;
  /**
   * About so many draws, from its belief, of the mean success of these variants, by number, together: what is uncertain of several is drawn
   * alike. Absent where the policy believes in each variant by itself.
   */
  draws?(search: SearchState, variants: readonly number[], about: number, rng: Rng): number[][];
  /** The chance, in [0, 1], that the root resolves each search task, by its place. Absent where the policy believes nothing of tasks. */
  easeOf?(search: SearchState): (task: number) => number;
  /** Takes in what is new before anybody asks: a long history, bit by bit, keeps nobody waiting. */
  follow?(search: SearchState): void;
}

/** A policy's parameter. */
export interface Param<Name extends string = string> {
  readonly name: Name;
  readonly meaning: string;
  /** Both ends included. */
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly integer?: boolean;
  /** What stands in for it in a run begun before it was there, so that the run goes on as it began; the default when absent. */
  readonly legacyValue?: number;
  /** What journals and configurations of older versions call it. */
  readonly formerName?: string;
  /** Where the default comes from. */
  readonly source: string;
}

export type Params = Readonly<Record<string, number>>;
/** The values of parameters by their names. */
export type ParamsOf<P extends readonly Param[]> = Readonly<Record<P[number]['name'], number>>;

/** A policy's name, what it does in a sentence, its parameters and how it is made. */
export interface PolicyKind {
  readonly name: string;
  readonly summary: string;
  readonly params: readonly Param[];
  create(params: Params): Policy;
}

/** A policy that is made of its own parameters, by name. `POLICIES` settles every one of them first. */
export function policyKind<const P extends readonly Param[]>(kind: {
  readonly name: string;
  readonly summary: string;
  readonly params: P;
  create(params: ParamsOf<P>): Policy;
}): PolicyKind {
  return { ...kind, create: (params) => kind.create(params as ParamsOf<P>) };
}

type SelectionParam = Param<'epsilon'> | Param<'finalists'> | Param<'finalsShare'>;

/** Parameters of the finals and of the final choice that every policy has. */
export function selectionParams(finalists: number, reserve: number): readonly SelectionParam[] {
  return [
    {
      name: 'epsilon',
      meaning: 'quantile of the posterior that the final choice ranks by',
      min: 0.001,
      max: 0.5,
      default: 0.05,
      source: 'HGM, arXiv 2510.21614, section 3 (epsilon left open there)',
    },
    {
      name: 'finalists',
      meaning: 'variants run on every search task before the choice',
      min: 0,
      max: 20,
      default: finalists,
      integer: true,
      source: finalists === 0 ? 'the published search has no finals' : 'docs/search-experiments.md',
    },
    {
      name: 'finalsShare',
      meaning: 'share of the budget kept back for the finals',
      min: 0,
      max: 0.5,
      default: reserve,
      source: reserve === 0 ? 'the published search has no finals' : 'docs/search-experiments.md',
    },
  ];
}
