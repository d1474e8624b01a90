import { normalQuantile } from '../../belief/special.ts';

/** Variance that is assumed of the values before the first of them. */
const VARIANCE = 0.25;
/** What is aimed at, as a multiple of what is needed: exactly that much would often be missed by a little (found by simulation). */
const AIM = 1.3;

/**
 * A p-value, good for a test at `level`, of: the values, in [-1, 1], are draws of mean `mean` or less. It holds its level for every
 * such distribution and every number of values, as it is the inverse of the most that betting on the values turns 1 into.
 * Betting stops at 1 / `level`, so it is seldom far below that. The values are bet on in the order given.
 *
 * Whatever the stakes, no bet against a true mean is expected to gain (Ville 1939; Waudby-Smith and Ramdas, "Estimating means of
 * bounded random variables by betting", JRSS B 86, 2024). The stake that is asked for here is the one that would make of what is
 * there a little over 1 / `level` by the last value as often as possible, were they normal: what replicates a digital option. It is
 * set anew after each value, as in Voráček and Orabona's STaR-Bets (2025).
 */
export function bettingP(values: readonly number[], mean: number, level: number): number {
  let wealth = 1;
  let most = 1;
  let sum = 0;
  let spread = VARIANCE;
  for (let seen = 0; seen < values.length && wealth * level > 1e-12 && wealth * level < 1; seen++) {
    const value = values[seen]!;
    const reached = (wealth * level) / AIM;
    const z = normalQuantile(reached);
    const deviation = Math.sqrt((spread / (seen + 1)) * (values.length - seen));
    const stake = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / (reached * deviation);
    // No more than there is: the worst value is -1.
    wealth *= Math.max(0, 1 + Math.min(stake, 1 / (1 + mean)) * (value - mean));
    most = Math.max(most, wealth);
    spread += (value - sum / (seen + 1)) ** 2;
    sum += value;
  }
  return 1 / most;
}

/** The highest mean in [`from`, `to`] that `bettingP` rejects at `level`, `from` where it rejects none; to 1e-4. */
export function lowerBound(values: readonly number[], level: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (high - low > 1e-4) {
    const middle = (low + high) / 2;
    if (bettingP(values, middle, level) <= level) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The narrowest margin that any test at `level` can show with `n` tasks on which nothing has changed: a variant that loses that
 * share of all tasks loses none of `n` as often as `level`. Of 33 at 0.05, 0.087.
 */
export function narrowestMargin(n: number, level: number): number {
  return 1 - level ** (1 / n);
}
