import { normalCdf, normalQuantile } from '../belief/special.ts';
import { power } from './gate.ts';

/** Pairs in which two agents differ, as a share of what they would if every task were a coin of the mean chance: bench:evidence's mix. */
const WAVERING = 1.1;

/** What one can know before a comparison. */
export interface Plan {
  readonly heldOutTasks: number;
  /** Held-out evaluations at most, of root and variant together. */
  readonly evaluations: number;
  /** Chance of a false merge that may be spent, in (0, 1). */
  readonly level: number;
  /** Share of tasks the root solves, in (0, 1). */
  readonly rootScore: number;
}

/**
 * Chance that a variant passes which truly solves `gain`, in (0, 1), more of the tasks. Exact for a single round; for several in the
 * normal approximation of the last look, which `bench:evidence` finds right to about three points.
 */
export function passChance({ heldOutTasks, evaluations, level, rootScore }: Plan, gain: number): number {
  if (level <= 0 || heldOutTasks < 1) return 0;
  const mean = rootScore + gain / 2;
  const differing = Math.min(1, Math.max(gain, WAVERING * mean * (1 - mean)));
  const rounds = Math.max(1, Math.floor(evaluations / (2 * heldOutTasks)));
  if (rounds === 1) return power(heldOutTasks, (differing + gain) / 2, (differing - gain) / 2, 1 - level);
  const strength = gain * Math.sqrt((rounds * heldOutTasks) / differing);
  return normalCdf(strength - normalQuantile(1 - level));
}
