import { createRng } from '../../../model/rng.ts';
import type { Interval } from '../../belief/interval.ts';

const SUBSETS = 9_999;

export interface Ratio {
  /** Sum of `of` over the sum of `to`, with the bounds one-sided tests at `level` give; null where there are too few pairs for them. */
  readonly ratio: (Interval & { readonly value: number }) | null;
  /** Of: the ratio is `bound` or more. */
  readonly p: number;
}

/**
 * The ratio of two means, of pairs of numbers >= 0, and the one-sided test of its being `bound` or more.
 *
 * That is the sign-flip (randomization) test of the differences bound * to - of, with the sum as statistic; as flipping signs
 * leaves the sum of squares as it is, the studentized one is the same test. A sum flipped in a set of pairs reaches the sum as it
 * is where the ratio within the set is `bound` or more, so p is the share of random sets of pairs whose ratio is, and the bounds
 * are quantiles of those ratios (Hartigan, "Using subsample values as typical values", JASA 64, 1969). The same pairs give the same sets.
 *
 * Exact for any distribution where, at the bound, bound * to and of are exchangeable within a pair, however skewed and however
 * unlike the pairs are. No test of means holds its level for all costs (Bahadur and Savage 1956): this one is too bold where `of`
 * is now and then much higher, too seldom to be seen, and cautious where `to` is.
 */
export function ratioOfMeans(of: readonly number[], to: readonly number[], bound: number, level: number): Ratio {
  const rng = createRng(1);
  const ratios = new Float64Array(SUBSETS);
  const [tops, bottoms] = [eights(of), eights(to)];
  for (let subset = 0; subset < SUBSETS; subset++) {
    let bits = 0;
    let top = 0;
    let bottom = 0;
    for (let i = 0; i < tops.length; i++) {
      bits = i % 4 === 0 ? rng.below(2 ** 32) : bits >>> 8;
      top += tops[i]![bits & 255]!;
      bottom += bottoms[i]![bits & 255]!;
    }
    ratios[subset] = bottom > 0 ? top / bottom : Number.POSITIVE_INFINITY;
  }
  ratios.sort();
  // Rounding may not make of equals less.
  const least = bound * (1 - 1e-12);
  const below = ratios.reduce((count, ratio) => count + Number(ratio < least), 0);
  const p = (1 + SUBSETS - below) / (SUBSETS + 1);
  const rank = Math.floor(level * (SUBSETS + 1) + 1e-9);
  const [lower, upper] = [ratios[rank - 1] ?? Number.NaN, ratios[SUBSETS - rank] ?? Number.NaN];
  return { p, ratio: Number.isFinite(upper) ? { value: sum(of) / sum(to), lower, upper } : null };
}

/** Of every eight values, the sum of each of their 256 subsets. */
function eights(values: readonly number[]): Float64Array[] {
  return Array.from({ length: Math.ceil(values.length / 8) }, (_, eight) => {
    const sums = new Float64Array(256);
    for (let set = 1; set < 256; set++)
      sums[set] = sums[set & (set - 1)]! + (values[8 * eight + Math.log2(set & -set)] ?? 0);
    return sums;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
