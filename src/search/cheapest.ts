import type { SearchState, Variant } from '../archive/archive.ts';
import type { CostGoal } from '../model/gate/cost.ts';
import type { Belief } from './policies/policy.ts';

/** Evaluations of its own a variant needs for its cost to count; as many as there are search tasks, where those are fewer. */
const LEAST = 5;

export interface Cheaper {
  readonly variant: number;
  /** Its cost over the root's, on the search tasks both were measured on. */
  readonly ratio: number;
}

/**
 * The variants that may be worth comparing for goal `cost`, cheapest first: believed to score less than the root by no more than the
 * margin, and cheaper than the root by half of the saving at least. Half, because the search knows both only roughly; those that
 * are cheaper by less would hardly pass.
 */
export function cheaperOnes(search: SearchState, ranking: readonly Belief[], { margin, saving }: CostGoal): Cheaper[] {
  const [root] = search.variants;
  const least = ranking.find(({ variant }) => variant === 0)!.mean - margin;
  return ranking
    .flatMap(({ variant: number, mean }): Cheaper[] => {
      const variant = search.variants[number]!;
      const enough = variant.own.resolved + variant.own.unresolved >= Math.min(LEAST, search.tasks.length);
      const ratio = number > 0 && enough && mean >= least ? costRatio(variant, root!) : null;
      return ratio !== null && ratio <= 1 - saving / 2 ? [{ variant: number, ratio }] : [];
    })
    .sort((a, b) => a.ratio - b.ratio || a.variant - b.variant);
}

/**
 * A variant's cost over another's on the search tasks both have: tasks differ in cost far more than agents do. In dollars where every
 * task cost some, else in tokens; null where neither is known.
 */
export function costRatio({ costs }: Pick<Variant, 'costs'>, other: Pick<Variant, 'costs'>): number | null {
  const both = [...costs].flatMap(([task, own]) => {
    const beside = other.costs.get(task);
    return beside === undefined ? [] : [{ own, beside }];
  });
  const ratioIn = (unit: 'costUSD' | 'tokens') => {
    const known = both.every(({ own, beside }) => own[unit] > 0 && beside[unit] > 0);
    const sum = (of: 'own' | 'beside') => both.reduce((total, pair) => total + pair[of][unit] / pair[of].n, 0);
    return known ? sum('own') / sum('beside') : null;
  };
  return both.length === 0 ? null : (ratioIn('costUSD') ?? ratioIn('tokens'));
}
