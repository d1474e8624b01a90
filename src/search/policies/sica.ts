import { openCount } from '../../archive/archive.ts';
import { betaQuantile } from '../belief/special.ts';
import {
  activeVariants,
  argmax,
  byOwnCounts,
  evaluateAtRandom,
  evaluations,
  exhausted,
  ownMean,
  parents,
} from './actions.ts';
import { rankByBeta } from './belief-beta.ts';
import { type PolicyKind, policyKind, selectionParams } from './policy.ts';

/** The Self-Improving Coding Agent, arXiv 2504.15228, as the HGM paper runs it. */
export const sica: PolicyKind = policyKind({
  name: 'sica',
  summary: 'expands one of the archived agents that the best cannot be told from, and runs every child on every task',
  params: [
    {
      name: 'level',
      meaning: "confidence of the best agent's lower bound; agents whose mean reaches it count as equally good",
      min: 0.5,
      max: 0.999,
      default: 0.95,
      source: 'SICA, arXiv 2504.15228',
    },
    ...selectionParams(0, 0),
  ],
  create: (params) => ({
    spec: { name: sica.name, params },
    propose(view, rng) {
      const active = activeVariants(view);
      const unfinished = view.batch > 0 ? active.find((variant) => openCount(variant) > 0) : undefined;
      if (unfinished) {
        const text = `${unfinished.id} is run on every task`;
        return evaluateAtRandom(view, unfinished, rng, byOwnCounts(text, [unfinished], [ownMean(unfinished)]));
      }
      if (!view.canExpand) return exhausted(view);
      const expandable = parents(view);
      if (expandable.length === 0) return exhausted(view);
      const measured = expandable.filter((variant) => evaluations(variant) > 0);
      const pool = measured.length > 0 ? measured : expandable;
      const means = pool.map(ownMean);
      const { own } = pool[argmax(means)]!;
      const bound = betaQuantile(1 - params.level, 1 + own.resolved, 1 + own.unresolved);
      const equals = pool.filter((variant) => ownMean(variant) >= bound);
      const parent = (equals.length > 0 ? equals : pool)[rng.below(equals.length || pool.length)]!;
      const text = `${parent.id} is one of ${equals.length} that the best cannot be told from`;
      return { type: 'expand', parent: parent.number, reason: byOwnCounts(text, pool, means) };
    },
    rank: (view) => rankByBeta(view, params.epsilon),
  }),
});
