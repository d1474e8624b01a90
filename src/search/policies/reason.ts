import type { Variant } from '../../archive/archive.ts';
import type { Candidate, Reason } from '../../model/decision.ts';

/** At most this many candidates are shown with a decision. */
const SHOWN = 10;

/** Candidates with their draws, best first; `counts` tells the resolved and unresolved a draw rests on. */
export function ranked(
  variants: readonly Variant[],
  draws: ArrayLike<number>,
  counts: (variant: Variant) => { readonly resolved: number; readonly unresolved: number },
  mean = (resolved: number, unresolved: number) => (1 + resolved) / (2 + resolved + unresolved),
): Candidate[] {
  return Array.from(variants, (variant, i) => ({ variant, draw: draws[i]! }))
    .sort((a, b) => b.draw - a.draw || a.variant.number - b.variant.number)
    .slice(0, SHOWN)
    .map(({ variant, draw }) => {
      const { resolved, unresolved } = counts(variant);
      return { variant: variant.id, resolved, unresolved, mean: mean(resolved, unresolved), draw };
    });
}

/** A reason without candidates. */
export function reasonOf(text: string, numbers?: Readonly<Record<string, number>>): Reason {
  return numbers ? { text, candidates: [], numbers } : { text, candidates: [] };
}

export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
