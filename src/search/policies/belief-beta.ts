import type { Variant } from '../../archive/archive.ts';
import { betaQuantile } from '../belief/special.ts';
import type { Belief, View } from './policy.ts';

/**
 * Best-belief with independent Beta posteriors: `argmax I^-1_epsilon(1 + n_s, 1 + n_f)`, a lower quantile (HGM,
 * arXiv 2510.21614, Algorithm 1; the paper writes the distribution function, which would pick the worst).
 * Variants without evidence are left out, the root never.
 */
export function rankByBeta(view: View, epsilon: number): Belief[] {
  return view.search.variants
    .filter((v): v is Variant => v?.active === true && (v.number === 0 || v.own.resolved + v.own.unresolved > 0))
    .map((v) => betaBelief(v, epsilon))
    .sort((a, b) => b.score - a.score || a.variant - b.variant);
}

function betaBelief({ number, own: { resolved, unresolved } }: Variant, epsilon: number): Belief {
  const at = (p: number) => betaQuantile(p, 1 + resolved, 1 + unresolved);
  const mean = (1 + resolved) / (2 + resolved + unresolved);
  return { variant: number, mean, lower: at(0.05), upper: at(0.95), score: at(epsilon) };
}
