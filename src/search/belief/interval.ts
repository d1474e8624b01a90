import { betaQuantile } from './special.ts';

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Exact binomial interval (Clopper and Pearson 1934) for a rate of which `resolved` of `n` were seen: covers at least
 * `level` of the time. With n = 0 it is [0, 1].
 */
export function exactInterval(resolved: number, n: number, level = 0.9): Interval {
  const tail = (1 - level) / 2;
  return {
    lower: resolved === 0 ? 0 : betaQuantile(tail, resolved, n - resolved + 1),
    upper: resolved === n ? 1 : betaQuantile(1 - tail, resolved + 1, n - resolved),
  };
}
