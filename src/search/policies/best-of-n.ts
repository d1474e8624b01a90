import { openCount, type Variant } from '../../archive/archive.ts';
import { activeVariants, evaluateAtRandom, evaluations, exhausted } from './actions.ts';
import { rankByBeta } from './belief-beta.ts';
import { type PolicyKind, policyKind, selectionParams } from './policy.ts';
import { count, reasonOf } from './reason.ts';

export const bestOfN: PolicyKind = policyKind({
  name: 'best-of-n',
  summary: 'makes children of the root only, measures each alike and ships the best: the baseline of any tree search',
  params: [
    {
      name: 'each',
      meaning: 'evaluations of every child',
      min: 1,
      max: 10_000,
      default: 20,
      integer: true,
      source: 'ours',
    },
    ...selectionParams(0, 0),
  ],
  create: (params) => ({
    spec: { name: bestOfN.name, params },
    propose(view, rng) {
      const quota = Math.min(params.each, view.search.tasks.length);
      const spent = (variant: Variant) => evaluations(variant) + variant.inFlight;
      const open = view.batch > 0 ? activeVariants(view).filter((variant) => openCount(variant) > 0) : [];
      const short = open.find((variant) => spent(variant) < quota);
      if (short) {
        const batch = Math.min(view.batch, quota - spent(short));
        const why = () => reasonOf(`${short.id} has ${evaluations(short)} of its ${count(quota, 'evaluation')}`);
        return evaluateAtRandom({ ...view, batch }, short, rng, why);
      }
      const { left, expansionCost: cost, rules } = view;
      const making = 1 + view.search.expanding;
      // What is in flight is paid, its evaluations are not. Before rules 4 it was the other way round.
      const affordable = left >= (rules < 4 ? cost * making + quota : cost + quota * making);
      if (view.canExpand && affordable && view.expandable(0))
        return {
          type: 'expand',
          parent: 0,
          reason: () => reasonOf('every child has been measured: one more of the root'),
        };
      const [best] = rankByBeta(view, 0.5).filter(({ variant }) => open.some(({ number }) => number === variant));
      if (!best) return exhausted(view);
      // What children in flight will be measured with is not the leader's.
      const batch = Math.min(view.batch, rules < 4 ? left : Math.floor(left - quota * view.search.expanding));
      if (batch < 1)
        return { type: 'wait', reason: () => reasonOf('what is left is for the children that are being made') };
      const variant = view.search.variants[best.variant]!;
      return evaluateAtRandom({ ...view, batch }, variant, rng, () =>
        reasonOf(`no child can be paid any more: ${variant.id} leads`),
      );
    },
    rank: (view) => rankByBeta(view, params.epsilon),
  }),
});
