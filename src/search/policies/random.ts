import { openCount } from '../../archive/archive.ts';
import { activeVariants, evaluateAtRandom, exhausted, parents } from './actions.ts';
import { rankByBeta } from './belief-beta.ts';
import { type PolicyKind, policyKind, selectionParams } from './policy.ts';
import { reasonOf } from './reason.ts';

export const random: PolicyKind = policyKind({
  name: 'random',
  summary: 'expands or evaluates a variant picked at random',
  params: [
    {
      name: 'expandShare',
      meaning: 'probability that a decision expands',
      min: 0,
      max: 1,
      default: 0.2,
      source: 'ours: about what the UCB-Air gate of hgm comes to at 400 evaluations',
    },
    ...selectionParams(0, 0),
  ],
  create: (params) => ({
    spec: { name: random.name, params },
    propose(view, rng) {
      const active = activeVariants(view);
      const open = view.batch > 0 ? active.filter((variant) => openCount(variant) > 0) : [];
      const pool = parents(view);
      if (view.canExpand && pool.length > 0 && (open.length === 0 || rng.next() < params.expandShare)) {
        const parent = pool[rng.below(pool.length)]!;
        return { type: 'expand', parent: parent.number, reason: () => reasonOf(`${parent.id} was picked at random`) };
      }
      if (open.length === 0) return exhausted(view);
      const variant = open[rng.below(open.length)]!;
      return evaluateAtRandom(view, variant, rng, () => reasonOf(`${variant.id} was picked at random`));
    },
    rank: (view) => rankByBeta(view, params.epsilon),
  }),
});
