import type { DecisionFacts, RunDocument } from '../../document/document.ts';
import type { Run } from '../parts/run.ts';

/** How things stood when a decision was taken. */
export interface Then {
  /** Attempts with a result, and those resolved, by number of the variant. */
  readonly own: ReadonlyMap<number, { readonly resolved: number; readonly n: number }>;
  /** The highest number there was. */
  readonly until: number;
  /** The last decision, it or an earlier one, whose beliefs are known; null for none. */
  readonly believed: DecisionFacts | null;
}

/** At the decision of this place in the list. */
export function thenOf({ document }: Run, place: number): Then {
  const { evaluations, at: seconds } = document.decisions[place]!;
  const now = Date.parse(document.startedAt) + 1_000 * seconds;
  const own = new Map<number, { resolved: number; n: number }>();
  for (let at = 0; at < evaluations; at++) {
    const number = document.evaluations.variant[at]!;
    const counts = own.get(number) ?? { resolved: 0, n: 0 };
    counts.n++;
    if (document.evaluations.outcome[at] === 0) counts.resolved++;
    own.set(number, counts);
  }
  return {
    own,
    until:
      document.variants.findLast(({ from, decision, orderedAt }) =>
        decision !== null ? decision < place : from === null || (orderedAt !== null && Date.parse(orderedAt) <= now),
      )?.number ?? -1,
    believed: document.decisions.slice(0, place + 1).findLast(({ beliefs }) => beliefs !== undefined) ?? null,
  };
}

/** Place of the decision of a number; the last one's where there is no such. */
export function placeOf({ decisions }: RunDocument, n: number | undefined): number {
  const place = n === undefined ? -1 : decisions.findIndex((decision) => decision.n === n);
  return place < 0 ? decisions.length - 1 : place;
}
