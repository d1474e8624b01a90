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
  for (const variant of variants) {
    if (!variant || (variant.state !== 'live' && variant.state !== 'failed') || variant.birth?.idea) continue;
    const way = wayOf(variant);
    if (way === null || way === undefined) continue;
    ended.push({ way, variant });
    dollars += variant.makingUSD;
  }
  const yields = new Map<Way, Yield>();
  for (const { way, variant } of ended) {
    const sum = yields.get(way) ?? NONE;
    const made = variant.state === 'live' && variant.tampered === 0;
    yields.set(way, {
      ended: sum.ended + 1,
      made: sum.made + Number(made),
      worth: sum.worth + (made ? worth(variant.number) : 0),
      cost: sum.cost + (dollars > 0 ? (1 + (variant.makingUSD * ended.length) / dollars) / 2 : 1),
    });
  }
  return yields;
}

/** At this share 3, and a yield of a half, an operator of share .1 comes as often as it does by the shares. */
const PRIOR = 3;

/** How often the choice is by the shares, whatever was yielded. */
const BY_SHARES = 0.1;

/**
 * Which way to take, by Thompson sampling (Biometrika 25, 1933): of what each may yield for the cost of an expansion one number is drawn,
 * and the highest wins. The yield has the prior Beta(3 share, 1), of which the highest of any draws is distributed exactly by the shares; worth `w` at
 * cost `c` makes it Beta(3 share + weight w, 1 + weight (c - w)). One choice in ten is by the shares alone, so that none is given up for good.
 *
 * @returns the index, and the numbers drawn; null where it was by the shares
 */
export function chooseByYield(
  shares: readonly number[],
  yields: readonly (Yield | undefined)[],
  weight: number,
  rng: Rng,
): { readonly index: number; readonly drawn: readonly number[] | null } {
  if (rng.next() < BY_SHARES) return { index: weightedIndex(shares, rng), drawn: null };
  const drawn = shares.map((share, at) => {
    const { worth, cost } = yields[at] ?? NONE;
    return rng.beta(PRIOR * share + weight * worth, 1 + weight * Math.max(0, cost - worth));
  });
  return { index: drawn.indexOf(Math.max(...drawn)), drawn };
}

/** What was drawn, in a clause: `yields drawn: mutation 0.12, reaction-norm 0.54`. */
export function drawnText(ways: readonly string[], drawn: readonly number[] | null): string {
  if (drawn === null) return 'by its share, as one in ten is';
  return `yields drawn: ${ways.map((way, at) => `${way} ${drawn[at]!.toFixed(2)}`).join(', ')}`;
}

const DRAWS = 2_000;

/** How often each way is taken as things stand, standard error about .01. */
export function sharesNow(shares: readonly number[], yields: readonly (Yield | undefined)[], weight: number): number[] {
  const rng = createRng(0);
  const taken = shares.map(() => 0);
  for (let draw = 0; draw < DRAWS; draw++) taken[chooseByYield(shares, yields, weight, rng).index]!++;
  return taken.map((times) => times / DRAWS);
}
