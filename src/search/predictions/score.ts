import { cellOutcome, type SearchState, type Variant } from '../../archive/archive.ts';
import type { Prediction } from '../../model/memory/prediction.ts';

type Change = Prediction['change'];

/**
 * What came of a prediction: it came true, or not; `moot`, for the parent does not fail what was to be fixed, or resolve what was to be
 * broken; `open` until parent and child have both been measured on the task.
 */
export type Came = 'true' | 'false' | 'moot' | 'open';

export interface Judged extends Prediction {
  readonly came: Came;
}

/** How often something happened, of the times that it could. */
export interface Rate {
  readonly came: number;
  readonly n: number;
}

/** Predictions that came true or did not: how many, how many of them did, and how many were to, the sum of their chances. */
export interface Foretold extends Rate {
  readonly expected: number;
}

export interface Score {
  readonly fix: Foretold;
  readonly break: Foretold;
  /** Predictions that are still open. */
  readonly open: number;
  /**
   * Mean squared differences between chance and what came (Brier, "Verification of forecasts expressed in terms of probability", 1950),
   * in [0, 1], lower is better: of the predictions, and of the base rate in their place. Null where none has come true or not.
   */
  readonly brier: { readonly own: number; readonly base: number } | null;
}

/** Pairs of a child and a search task that it and its parent have an outcome on: what the child did of what it could. */
export function baseRates(search: SearchState): Readonly<Record<Change, Rate>> {
  const rates = { fix: { came: 0, n: 0 }, break: { came: 0, n: 0 } };
  for (const child of search.variants)
    child?.cells.forEach((_, task) => {
      const pair = pairOf(search, child, task);
      if (pair === null) return;
      rates[pair.could].n++;
      if (pair.did) rates[pair.could].came++;
    });
  return rates;
}

/** A variant's predictions, each with what came of it. What is no search task is left out. */
export function judge(search: SearchState, variant: Variant): readonly Judged[] {
  return (variant.predicted ?? []).flatMap((prediction) => {
    const task = search.taskIndex.get(prediction.task);
    if (task === undefined) return [];
    const pair = pairOf(search, variant, task);
    const came: Came = pair === null ? 'open' : pair.could !== prediction.change ? 'moot' : `${pair.did}`;
    return [{ ...prediction, came }];
  });
}

/** @param rates of the run the predictions were made in */
export function scoreOf(judged: readonly Judged[], rates: Readonly<Record<Change, Rate>>): Score {
  const known = judged.filter(isKnown);
  const brier = (chanceOf: (each: Judged) => number) =>
    known.reduce((sum, each) => sum + (chanceOf(each) - Number(each.came === 'true')) ** 2, 0) / known.length;
  return {
    fix: foretold(known.filter(({ change }) => change === 'fix')),
    break: foretold(known.filter(({ change }) => change === 'break')),
    open: judged.filter(({ came }) => came === 'open').length,
    brier:
      known.length === 0
        ? null
        : { own: brier(({ chance }) => chance), base: brier(({ change }) => rates[change].came / rates[change].n) },
  };
}

/** Predictions of alike chance: from `from`, and below the next band's. */
export interface Band extends Foretold {
  readonly from: number;
}

const BANDS = 5;

/** Predictions by their chance, in five bands without those that are empty: of what was given a chance of .7, seven in ten should have come. */
export function calibration(judged: readonly Judged[]): readonly Band[] {
  const bandOf = ({ chance }: Judged) => Math.min(BANDS - 1, Math.floor(chance * BANDS));
  const known = judged.filter(isKnown);
  return Array.from({ length: BANDS }, (_, band) => ({
    from: band / BANDS,
    ...foretold(known.filter((each) => bandOf(each) === band)),
  })).filter(({ n }) => n > 0);
}

function isKnown({ came }: Judged): boolean {
  return came === 'true' || came === 'false';
}

function foretold(known: readonly Judged[]): Foretold {
  return {
    came: known.filter(({ came }) => came === 'true').length,
    n: known.length,
    expected: known.reduce((sum, { chance }) => sum + chance, 0),
  };
}

/** What a child could do to a task, given what its parent came to, and whether it did; null where one of them has no outcome. */
function pairOf(search: SearchState, child: Variant, task: number): { could: Change; did: boolean } | null {
  const before = cellOutcome(search.variants[child.parent]?.cells[task]);
  const after = cellOutcome(child.cells[task]);
  if (before === undefined || after === undefined) return null;
  const could = before === 'resolved' ? 'break' : 'fix';
  return { could, did: (after === 'resolved') !== (before === 'resolved') };
}
