import { openCount, type Variant } from '../../archive/archive.ts';
import { weightedIndex } from '../../model/rng.ts';
import {
  activeVariants,
  byOwnCounts,
  evaluateAtRandom,
  evaluations,
  exhausted,
  expansionsOf,
  ownMean,
  parents,
} from './actions.ts';
import { rankByBeta } from './belief-beta.ts';
import { type PolicyKind, policyKind, selectionParams } from './policy.ts';

/** The Darwin Gödel Machine, arXiv 2505.22954. */
export const dgm: PolicyKind = policyKind({
  name: 'dgm',
  summary: 'picks parents by score and novelty, and runs every child on a few tasks, then on many if it does well',
  params: [
    {
      name: 'first',
      meaning: 'evaluations of every child',
      min: 1,
      max: 10_000,
      default: 10,
      integer: true,
      source: 'DGM',
    },
    {
      name: 'more',
      meaning: 'further ones when it does well',
      min: 0,
      max: 10_000,
      default: 50,
      integer: true,
      source: 'DGM',
    },
    { name: 'threshold', meaning: 'share resolved that counts as well', min: 0, max: 1, default: 0.4, source: 'DGM' },
    { name: 'sharpness', meaning: 'slope of the sigmoid over scores', min: 0, max: 100, default: 10, source: 'DGM' },
    {
      name: 'midpoint',
      meaning: 'score at which the sigmoid is one half',
      min: 0,
      max: 1,
      default: 0.5,
      source: 'DGM',
    },
    ...selectionParams(0, 0),
  ],
  create: (params) => ({
    spec: { name: dgm.name, params },
    propose(view, rng) {
      const active = activeVariants(view);
      if (view.batch > 0)
        for (const variant of active) {
          const due = quota(params, variant) - evaluations(variant) - variant.inFlight;
          if (due <= 0 || openCount(variant) === 0) continue;
          const text = `${variant.id} has ${due} evaluations due`;
          const reason = byOwnCounts(text, [variant], [ownMean(variant)]);
          return evaluateAtRandom({ ...view, batch: Math.min(view.batch, due) }, variant, rng, reason);
        }
      if (!view.canExpand) return exhausted(view);
      const expandable = parents(view);
      if (expandable.length === 0) return exhausted(view);
      const pool = expandable.filter((variant) => evaluations(variant) > 0);
      const weights = pool.map((variant) => {
        const fitness = 1 / (1 + Math.exp(-params.sharpness * (ownMean(variant) - params.midpoint)));
        const { made, all } = expansionsOf(view, variant);
        return fitness / (1 + (view.rules < 4 ? all : made));
      });
      const parent = pool[weightedIndex(weights, rng)] ?? expandable[0]!;
      const text = `${parent.id} was drawn by score over number of children`;
      return { type: 'expand', parent: parent.number, reason: byOwnCounts(text, pool, weights) };
    },
    rank: (view) => rankByBeta(view, params.epsilon),
  }),
});

/** Evaluations a child is to have by what it has shown: the second stage opens when the first is in. */
function quota(
  { first, more, threshold }: Readonly<Record<'first' | 'more' | 'threshold', number>>,
  variant: Variant,
): number {
  if (variant.number === 0) return 0;
  const done = evaluations(variant);
  return done >= first && ownMean(variant) >= threshold ? first + more : first;
}
