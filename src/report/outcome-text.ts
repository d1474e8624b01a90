import { type Sign, signWords } from '../model/sign.ts';
import type { Verdict } from '../model/verdict.ts';

/** A verdict and what was noticed besides: `unresolved, nothing changed`. */
export function outcomeText(verdict: Verdict, signs: readonly Sign[] | undefined): string {
  return signs === undefined ? verdict : `${verdict}, ${signWords(signs)}`;
}
