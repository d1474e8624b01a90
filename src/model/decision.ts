import type { TaskId, VariantId } from './ids.ts';
import type { PredictionRecord } from './memory/prediction.ts';
import type { OperatorName } from './operator.ts';

/** What the policy weighed for one variant when it decided. Every number is in [0, 1] unless said otherwise. */
export interface Candidate {
  readonly variant: VariantId;
  /** Resolved and unresolved evaluations the belief rests on (the clade's for an expansion, its own for an evaluation). */
  readonly resolved: number;
  readonly unresolved: number;
  /** Posterior mean of the candidate's success. */
  readonly mean: number;
  /** What was drawn or computed to rank the candidates; the highest wins. May lie outside [0, 1]. */
  readonly draw: number;
}

/** Why a decision was taken: enough for a person to check it by hand. */
export interface Reason {
  /** One sentence in plain words, e.g. `v3's clade drew the highest promise (0.61) of 7 candidates`. */
  readonly text: string;
  /** Best first, at most ten. */
  readonly candidates: readonly Candidate[];
  /** Other numbers that mattered, e.g. the gate's two sides or tau. */
  readonly numbers?: Readonly<Record<string, number>>;
}

/** The models of one expansion, by name, of those there is a choice of: the one that diagnoses, and the first that the agent modifies itself with. */
export interface ModelChoice {
  readonly diagnose?: string;
  readonly modify?: string;
}

/** The stage of a run an evaluation belongs to. */
export type Phase = 'root' | 'search' | 'finals';

export type Decision =
  | {
      readonly type: 'expand';
      /** The number the child gets, whether or not the expansion succeeds. */
      readonly variant: VariantId;
      readonly parent: VariantId;
      readonly operator: OperatorName;
      /** Search tasks whose trajectories are the evidence. */
      readonly tasks: readonly TaskId[];
      /** The variant hybridization learns from. */
      readonly donor?: VariantId;
      readonly models?: ModelChoice;
      readonly reason: Reason;
    }
  | {
      readonly type: 'evaluate';
      readonly variant: VariantId;
      readonly tasks: readonly TaskId[];
      /** Which repetition of the pairs it is, from 0; absent for 0. */
      readonly round?: number;
      readonly phase: Phase;
      readonly reason: Reason;
    }
  /** Nothing may start now; a result in flight will change that. */
  | { readonly type: 'wait'; readonly reason: Reason }
  /** The search is over; `shipped` is the best-belief variant, the root included. */
  | {
      readonly type: 'stop';
      readonly shipped: VariantId;
      /** What predictions were worth in this run; absent where none was scored. */
      readonly predictions?: PredictionRecord;
      readonly reason: Reason;
    };
