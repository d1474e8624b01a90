import type { Interval } from '../belief/interval.ts';
import { studentQuantile } from '../belief/special.ts';

/** How much better a variant is than the root, as a share of tasks in [-1, 1]. */
export interface Gain {
  /** Mean over the held-out tasks of the mean difference on each. */
  readonly mean: number;
  /** What further rounds on these very tasks would tend to. */
  readonly here: Interval;
  /** What it would be over many tasks like these; at least as wide. */
  readonly alike: Interval;
}

/** Chance, at most, that the interval people read misses the true gain at any look of a comparison. */
const MISSES = 0.1;

/**
 * The gain with 90 % intervals, for the differences (variant less root, each in [-1, 1]) of each task's pairs; tasks without any are
 * left out. `share`, in (0, 1], is how much of the 10 % a look may use: looks add up to 1 at most, so the intervals of all looks hold
 * together, and so does that of whatever look one stops at (union bound). Student's t on task means for tasks like these; on the pooled
 * variance within tasks for these, where every task has been measured more than once.
 */
export function gainOf(tasks: readonly (readonly number[])[], share: number): Gain {
  const measured = tasks.filter((pairs) => pairs.length > 0);
  const n = measured.length;
  const means = measured.map(meanOf);
  const mean = n === 0 ? 0 : meanOf(means);
  const around = (error: number, freedom: number): Interval => {
    const width = n < 2 ? 1 : studentQuantile(1 - (MISSES * share) / 2, freedom) * error;
    return { lower: Math.max(-1, mean - width), upper: Math.min(1, mean + width) };
  };
  // Half a difference more than was seen: tasks that never wavered may do so yet.
  const between = (squares(means) + 0.5 / n) / (n - 1);
  const alike = around(Math.sqrt(between / n), n - 1);
  const freedom = measured.reduce((sum, pairs) => sum + pairs.length - 1, 0);
  if (freedom < n) return { mean, here: alike, alike };
  const within = (measured.reduce((sum, pairs) => sum + squares(pairs), 0) + 0.5) / freedom;
  const harmonic = measured.reduce((sum, pairs) => sum + 1 / pairs.length, 0) / n;
  const here = around(Math.sqrt((within * harmonic) / n), freedom);
  // Both are estimates; what is claimed of other tasks is never the bolder one.
  return here.upper - here.lower < alike.upper - alike.lower ? { mean, here, alike } : { mean, here, alike: here };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** Sum of squares about the mean. */
function squares(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
