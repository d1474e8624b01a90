import { outcomeCode } from '../archive/archive.ts';
import { createRng, sample } from '../model/rng.ts';
import type { CalibrationAttempt } from './calibrate.ts';

/** Whether a gate lets a variant pass; one outcome code a task on each side, as the archive keeps them. */
export type Gate = (root: Uint8Array, variant: Uint8Array) => boolean;

export interface IdenticalPasses {
  readonly splits: number;
  /** Splits in which the gate let the identical variant pass. */
  readonly passed: number;
}

/**
 * A gate on an agent against itself: of each task two different attempts are drawn, one the root's and one the variant's, by their
 * first grading. Which is whose is a toss, so a gate of level alpha passes in alpha of the splits at most, but for the error of
 * the simulation. Tasks with a single attempt are left out.
 *
 * @param gate called once a split
 * @param splits 1 or more
 */
export function identicalPasses(
  attempts: readonly CalibrationAttempt[],
  gate: Gate,
  { splits = 2_000, seed = 1 }: { readonly splits?: number; readonly seed?: number } = {},
): IdenticalPasses {
  const rng = createRng(seed);
  const tasks = [...Map.groupBy(attempts, ({ task }) => task).values()]
    .filter(({ length }) => length > 1)
    .map((own) => own.map(({ verdicts }) => outcomeCode(verdicts[0]!)));
  let passed = 0;
  for (let split = 0; split < splits; split++) {
    const pairs = tasks.map((codes) => sample(codes, rng, 2));
    const arm = (which: 0 | 1) => Uint8Array.from(pairs, (pair) => pair[which]!);
    if (gate(arm(0), arm(1))) passed++;
  }
  return { splits, passed };
}
