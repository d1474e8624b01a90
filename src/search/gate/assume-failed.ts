import type { SearchState, Variant } from '../../archive/archive.ts';
import { addToClades } from '../../archive/clade.ts';
import { fact } from '../../archive/facts.ts';
import { isDone, isInFlight, withOutcome } from '../../archive/tries.ts';

/**
 * The search as the final choice sees it: tasks on which a variant's attempts had begun and gave no result are failed ones, so
 * that nobody is chosen for results that are missing. The root, which has nothing to gain, is left as it is.
 */
export function assumeFailed(search: SearchState): SearchState {
  let seen = search;
  for (const variant of search.variants)
    if (variant?.active && variant.number > 0)
      for (const { task, round } of voided(variant)) seen = failed(seen, variant.number, task, round);
  return seen;
}

/** Each round of a pair once, in the order of their first misses. */
function voided(variant: Variant): Variant['misses'] {
  return variant.misses.filter(
    ({ task, round, began }, at, misses) =>
      began &&
      !isDone(variant, task, round) &&
      !isInFlight(variant, task, round) &&
      misses.findIndex((other) => other.began && other.task === task && other.round === round) === at,
  );
}

function failed(search: SearchState, number: number, task: number, round: number): SearchState {
  const variants = search.variants.slice();
  variants[number] = withOutcome(variants[number]!, task, round, { outcome: 'unresolved' });
  addToClades(variants, number, 0, 1, 0);
  return {
    ...search,
    variants,
    lastFact: fact(search, { kind: 'result', variant: number, task, job: '', resolved: false }),
  };
}
