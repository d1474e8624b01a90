import type { ArchiveEventOf } from '../model/event.ts';
import { score } from '../model/verdict.ts';
import { type HeldOutRound, outcomeCode, UNTRIED } from './archive.ts';

/** A round in which nothing has been measured yet. */
export function blankRound(tasks: number): HeldOutRound {
  return {
    codes: new Uint8Array(tasks),
    scores: new Float64Array(tasks).fill(Number.NaN),
    costUSD: new Float64Array(tasks),
    tokens: new Float64Array(tasks).fill(Number.NaN),
  };
}

/** The rounds with one more result; `null` when there is one of that round already. */
export function withResult(
  rounds: readonly HeldOutRound[],
  tasks: number,
  index: number,
  event: ArchiveEventOf<'evaluation.done'>,
): readonly HeldOutRound[] | null {
  const { round = 0, outcome, costUSD, tokens } = event;
  const before = rounds[round] ?? blankRound(tasks);
  if (before.codes[index] !== UNTRIED) return null;
  const next = Array.from({ length: Math.max(rounds.length, round + 1) }, (_, at) => rounds[at] ?? blankRound(tasks));
  next[round] = {
    codes: before.codes.with(index, outcomeCode(outcome)),
    scores: before.scores.with(index, event.score ?? score(outcome)),
    costUSD: before.costUSD.with(index, costUSD),
    tokens: before.tokens.with(index, tokens ?? Number.NaN),
  };
  return next;
}

/** Sets by round with more in one of them. */
export function withOrdered<T>(
  sets: readonly ReadonlySet<T>[],
  round: number,
  more: readonly T[],
): readonly ReadonlySet<T>[] {
  return Array.from(
    { length: Math.max(sets.length, round + 1) },
    (_, at) => new Set([...(sets[at] ?? []), ...(at === round ? more : [])]),
  );
}
