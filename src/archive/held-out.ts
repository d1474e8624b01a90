import type { Grant } from '../model/event.ts';
import type { TaskId } from '../model/ids.ts';

/** One round of a variant's held-out results; an element for each held-out task. */
export interface HeldOutRound {
  /** Outcome codes. */
  readonly codes: Uint8Array;
  /** In [0, 1]; NaN where there is no result. */
  readonly scores: Float64Array;
  /** 0 where there is no result. */
  readonly costUSD: Float64Array;
  /** Input and output tokens; NaN where not known. */
  readonly tokens: Float64Array;
}

/** A look at all rounds up to one. */
export interface Look {
  readonly round: number;
  /** Chance of a false merge that could be spent by then. */
  readonly allowed: number;
}

/** A comparison with the root in rounds. */
export interface HeldOutComparison {
  readonly grants: readonly Grant[];
  readonly looks: readonly Look[];
  /** Held-out tasks that play no part. */
  readonly leftOut: readonly TaskId[];
}
