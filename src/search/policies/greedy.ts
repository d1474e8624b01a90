import { openCount } from '../../archive/archive.ts';
import { activeVariants, argmax, byOwnCounts, evaluateAtRandom, exhausted, parents } from './actions.ts';
import { rankByBeta } from './belief-beta.ts';
import { ALPHA } from './hgm.ts';
import { type PolicyKind, policyKind, selectionParams } from './policy.ts';

export const greedy: PolicyKind = policyKind({
  name: 'greedy',
  summary: 'expands and evaluates the variant with the highest posterior mean, under the UCB-Air gate',
  params: [ALPHA, ...selectionParams(0, 0)],
  create: (params) => ({
    spec: { name: greedy.name, params },
    propose(view, rng) {
      const { search } = view;
      const active = activeVariants(view);
      const mean = ({ own }: (typeof active)[number]) => (1 + own.resolved) / (2 + own.resolved + own.unresolved);
      const open = view.batch > 0 ? active.filter((variant) => openCount(variant) > 0) : [];
      const room = (search.evaluations + search.evaluating) ** params.alpha;
      const pool = parents(view);
      if (view.canExpand && pool.length > 0 && (open.length === 0 || search.live + search.expanding <= room)) {
        const means = pool.map(mean);
        const parent = pool[argmax(means)]!;
        const text = `${parent.id} has the highest posterior mean`;
        return { type: 'expand', parent: parent.number, reason: byOwnCounts(text, pool, means) };
      }
      if (open.length === 0) return exhausted(view);
      const means = open.map(mean);
      const variant = open[argmax(means)]!;
      const text = `${variant.id} has the highest posterior mean of those with tasks left`;
      return evaluateAtRandom(view, variant, rng, byOwnCounts(text, open, means));
    },
    rank: (view) => rankByBeta(view, params.epsilon),
  }),
});
