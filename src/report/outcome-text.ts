import type { RunOutcome } from '../model/event.ts';
import { type Sign, signWords } from '../model/sign.ts';
import type { Verdict } from '../model/verdict.ts';

/** A verdict and what was noticed besides: `unresolved, nothing changed`. */
export function outcomeText(verdict: Verdict, signs: readonly Sign[] | undefined): string {
  return signs === undefined ? verdict : `${verdict}, ${signWords(signs)}`;
}

/** How a run ended. */
export const OUTCOME_WORDS: Readonly<Record<RunOutcome, string>> = {
  merged: 'merged',
  offered: 'ready for a person to merge',
  nothing: 'no variant passed the gate',
  stopped: 'stopped',
  failed: 'failed',
  calibrated: 'calibrated',
  measured: 'measured',
};
