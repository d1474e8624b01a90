import { outcomeCode, type SearchState, UNTRIED, type Variant } from '../../archive/archive.ts';
import { addToClades } from '../../archive/clade.ts';
import { fact } from '../../archive/facts.ts';

/**
 * The search as the final choice sees it: tasks on which a variant's attempts had begun and gave no result are failed ones, so
 * that nobody is chosen for results that are missing. The root, which has nothing to gain, is left as it is.
 */
export function assumeFailed(search: SearchState): SearchState {
  let seen = search;
  for (const variant of search.variants)
    if (variant?.active && variant.number > 0)
      for (const task of voided(variant)) seen = failed(seen, variant.number, task);
  return seen;
}

function voided({ misses, cells }: Variant): Set<number> {
  return new Set(misses.flatMap(({ task, began }) => (began && cells[task] === UNTRIED ? [task] : [])));
}

function failed(search: SearchState, number: number, task: number): SearchState {
  const variants = search.variants.slice();
  const variant = variants[number]!;
  const cells = variant.cells.slice();
  cells[task] = outcomeCode('unresolved');
  variants[number] = { ...variant, cells, own: { ...variant.own, unresolved: variant.own.unresolved + 1 } };
  addToClades(variants, number, 0, 1, 0);
  return {
    ...search,
    variants,
    lastFact: fact(search, { kind: 'result', variant: number, task, job: '', resolved: false }),
  };
}
