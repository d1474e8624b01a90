/** Estimate of p(1-p) without bias from `resolved` of `n` attempts, n > 1: between 0 and n/(4(n-1)), so 1/2 at most. */
export function unbiasedVariance(resolved: number, n: number): number {
  const share = resolved / n;
  return (share * (1 - share) * n) / (n - 1);
}

export interface Difference {
  /** P(D >= k). */
  atLeast(k: number): number;
}

/**
 * How many more tasks one of two runs of the same agent resolves than the other, one attempt a task: each task adds 1 or -1,
 * with probability v = p(1-p) each, independently of the others. Exact, by convolution.
 *
 * @param variances v of each task, 0 to 1/2
 */
export function differenceOf(variances: readonly number[]): Difference {
  const n = variances.length;
  // P(D = k) is at n + k.
  let mass = new Float64Array(2 * n + 1);
  mass[n] = 1;
  for (const v of variances)
    mass = mass.map((stay, i) => (1 - 2 * v) * stay + v * ((mass[i - 1] ?? 0) + (mass[i + 1] ?? 0)));
  return { atLeast: (k) => mass.slice(Math.max(0, n + k)).reduce((sum, probability) => sum + probability, 0) };
}
