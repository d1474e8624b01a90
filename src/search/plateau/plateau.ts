import { type Archive, budgetUsed, type SearchState, type Variant } from '../../archive/archive.ts';
import { createRng } from '../../model/rng.ts';
import { viewOf } from '../decide.ts';
import { assumeFailed } from '../gate/assume-failed.ts';
import type { Policy } from '../policies/policy.ts';

/** A plateau: this share of the budget, and so many ended expansions, since the best-belief variant was made. */
const SHARE = 0.25;
const EXPANSIONS = 5;
/** What counts as better: one task in a hundred. */
export const BETTER = 0.01;
/** Draws of the plateau's chance are no decision's. */
const STREAM = 0x91a7;

/** What the search has come to since its best variant was made. */
interface Since {
  /** Evaluations with an outcome that count in the budget. */
  readonly evaluations: number;
  /** Expansions that made a variant or failed; adopted and slim ones are not counted. */
  readonly expansions: number;
}

export interface Plateau extends Since {
  /** Evaluations that `chance` is about: a quarter of the budget. */
  readonly more: number;
  /** The chance, in [0, 1], that they make a variant truly better than the best by `BETTER`; `null` where the policy has no such belief. */
  readonly chance: number | null;
}

/**
 * Whether nothing has got better for long: since the best-belief variant `best` (by number) was made, at least a quarter of the budget was used
 * and at least five expansions ended. `null` where that is not so, and in runs that do not search. The chance is a Monte Carlo estimate from
 * the policy's belief: the same for the same archive. With goal `cost`, where better is cheaper, there is none.
 */
export function plateauOf(archive: Archive, policy: Policy, best: number): Plateau | null {
  const { settings, search } = archive;
  if (settings.calibrate || settings.measure) return null;
  const since = sinceMade(search, best);
  const used = since.evaluations + settings.expansionCost * since.expansions;
  if (used < SHARE * settings.budget || since.expansions < EXPANSIONS) return null;
  const more = Math.round(SHARE * settings.budget);
  if (settings.gate?.goal === 'cost') return { ...since, more, chance: null };
  const ended = search.expansionsMade + search.expansionsFailed;
  const expansions = Math.round((more * ended) / budgetUsed(archive));
  const view = { ...viewOf(archive), search: assumeFailed(search) };
  const rng = createRng(settings.seed, STREAM + (search.lastFact?.seq ?? 0));
  return { ...since, more, chance: policy.chanceOfBetter?.(view, best, expansions, BETTER, rng) ?? null };
}

function broughtByHand({ birth }: Variant): boolean {
  return birth?.adopted !== undefined || birth?.slim !== undefined;
}

function sinceMade(search: SearchState, best: number): Since {
  let evaluations = 0;
  let expansions = 0;
  for (let at = search.lastFact; at !== null; at = at.before) {
    if (at.kind === 'made' && at.variant === best) break;
    if (at.kind === 'result') evaluations += Number(at.variant > 0);
    else if (!broughtByHand(search.variants[at.variant]!)) expansions++;
  }
  return { evaluations, expansions };
}
