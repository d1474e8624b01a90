import type { SearchState, Variant } from '../../archive/archive.ts';
import { createRng, type Rng, weightedIndex } from '../../model/rng.ts';
import type { Policy } from '../policies/policy.ts';

/** How shares follow what came of the expansions before. */
export interface Learning {
  /** What an expansion counts for, above 0 and at most 1. */
  readonly weight: number;
  /** What a made child is worth by its number, in [0, 1]: see `Policy.worthOf`. */
  readonly worth: (variant: number) => number;
}

/** What has come of expansions that were made in one way. */
export interface Yield {
  /** Ended, and of these with a child that is not barred. */
  readonly ended: number;
  readonly made: number;
  /** Sum over the children. */
  readonly worth: number;
  /** In expansions of average cost. */
  readonly cost: number;
}

const NONE: Yield = { ended: 0, made: 0, worth: 0, cost: 0 };

/** How a policy's shares learn; null where they stay as they are. */
export function learningOf(policy: Policy, search: SearchState): Learning | null {
  const weight = policy.spec.params.learning ?? 0;
  return weight > 0 && policy.worthOf ? { weight, worth: policy.worthOf(search) } : null;
}

/**
 * What has come of this run's expansions, by the way `wayOf` says they were made in. What people asked for in their own words says
 * nothing of it, nor what was lost to infrastructure. Half of an expansion's cost are evaluations, the same for each, half dollars.
 */
export function yieldsBy<Way>(
  { variants }: SearchState,
  worth: Learning['worth'],
  wayOf: (variant: Variant) => Way | null | undefined,
): ReadonlyMap<Way, Yield> {
  const ended: { readonly way: Way; readonly variant: Variant }[] = [];
  let dollars = 0;
  const barred: boolean[] = [];
  for (const variant of variants) {
    if (variant) barred[variant.number] = variant.tampered > 0 || barred[variant.parent] === true;
    if (!variant || (variant.state !== 'live' && variant.state !== 'failed') || variant.birth?.idea) continue;
    const way = wayOf(variant);
    if (way === null || way === undefined) continue;
    ended.push({ way, variant });
    dollars += variant.makingUSD;
  }
  const yields = new Map<Way, Yield>();
  for (const { way, variant } of ended) {
    const sum = yields.get(way) ?? NONE;
    const made = variant.state === 'live' && !barred[variant.number];
    yields.set(way, {
      ended: sum.ended + 1,
      made: sum.made + Number(made),
      worth: sum.worth + (made ? worth(variant.number) : 0),
      cost: sum.cost + (dollars > 0 ? (1 + (variant.makingUSD * ended.length) / dollars) / 2 : 1),
    });
  }
  return yields;
}

/** Expansions that each share counts for, at full weight. */
const PRIOR = 2;

/**
 * Which way to take, by what each yields for the cost of an expansion against what is usual, drawn from its posterior (Thompson, Biometrika 25,
 * 1933), times its share. Worth comes as a Poisson process over cost: of share `s`, and with a worth `w` and a cost `c` where 1 is usual and each counts by
 * the weight, Gamma(s (2 + w)) / (2 + c) is drawn, and the way in proportion to that. Without any yield these are a Dirichlet vector with the shares as
 * mean, so that the choice is distributed exactly by them; as much yield of each leaves it there; and what yields nothing comes ever more seldom,
 * as 1 / c, but is never given up.
 *
 * @returns the index, and each way's chance as drawn
 */
export function chooseByYield(
  shares: readonly number[],
  yields: readonly (Yield | undefined)[],
  weight: number,
  rng: Rng,
): { readonly index: number; readonly drawn: readonly number[] } {
  const total = (of: 'worth' | 'cost') => yields.reduce((sum, each = NONE) => sum + each[of], 0);
  const usual = total('worth') / total('cost') || 1;
  const draws = shares.map((share, at) => {
    const { worth, cost } = yields[at] ?? NONE;
    return rng.gamma(share * (PRIOR + (weight * worth) / usual)) / (PRIOR + weight * cost);
  });
  const sum = draws.reduce((a, b) => a + b, 0);
  return { index: weightedIndex(draws, rng), drawn: draws.map((draw) => draw / sum) };
}

/** What was drawn, in a clause: `shares drawn: mutation 12 %, reaction-norm 88 %`. */
export function drawnText(ways: readonly string[], drawn: readonly number[]): string {
  return `shares drawn: ${ways.map((way, at) => `${way} ${Math.round(100 * drawn[at]!)} %`).join(', ')}`;
}

const DRAWS = 1_000;

/** The chance that each way is taken as things stand, standard error about .01. */
export function sharesNow(shares: readonly number[], yields: readonly (Yield | undefined)[], weight: number): number[] {
  const rng = createRng(0);
  const sums = shares.map(() => 0);
  for (let draw = 0; draw < DRAWS; draw++)
    for (const [at, chance] of chooseByYield(shares, yields, weight, rng).drawn.entries()) sums[at]! += chance;
  return sums.map((sum) => sum / DRAWS);
}
