import type { Grant } from '../model/gate/verdict.ts';
import type { TaskId, VariantId } from '../model/ids.ts';

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

export interface HeldOutOrders {
  readonly jobs: number;
  /** By variant and round. */
  readonly tasks: ReadonlyMap<VariantId, readonly ReadonlySet<TaskId>[]>;
  /** Those among them that ended without having begun, or were cancelled by a person. */
  readonly unbegun: readonly { readonly variant: VariantId; readonly task: TaskId; readonly round: number }[];
}

/** A look at all rounds up to one. */
export interface Look {
  readonly round: number;
  /** Chance of a false merge that could be spent by then. */
  readonly allowed: number;
}

/**
 * Whether more evidence for a variant begins a new comparison, whatever was measured of it: what stands in for the root was measured beside
 * another variant's merge result.
 */
export function startsOver(
  { opened, comparison }: { readonly opened: VariantId | null; readonly comparison: object | null },
  variant: VariantId,
): boolean {
  return opened !== variant && comparison !== null;
}

/** A comparison with the root in rounds. */
export interface HeldOutComparison {
  readonly grants: readonly Grant[];
  readonly looks: readonly Look[];
  /** Held-out tasks that play no part. */
  readonly leftOut: readonly TaskId[];
}
