import { ancestry, type Run, scoreAt } from '../parts/run.ts';

/** A task that two variants both tried. */
export interface Paired {
  /** Place of the task. */
  readonly task: number;
  /** Places of their evaluations, those of the same round beside each other. */
  readonly pairs: readonly (readonly [a: number, b: number])[];
  /** Rounds in which b resolved it and a did not, and the other way round. */
  readonly fixed: number;
  readonly broken: number;
  readonly bothResolved: number;
}

/** What two variants did on the same tasks in the same rounds; most changed first. */
export function pairUp(run: Run, a: number, b: number): readonly Paired[] {
  const { evaluations } = run.document;
  const key = (place: number) => `${evaluations.task[place]} ${evaluations.round[place]}`;
  const current = (variant: number) =>
    run.evaluations(variant).filter((place) => evaluations.aside[place] !== 'begun again');
  const ofA = new Map(current(a).map((place) => [key(place), place]));
  const pairs = current(b).flatMap((place) => {
    const other = ofA.get(key(place));
    return other === undefined ? [] : [[other, place] as const];
  });
  const resolved = (place: number) => evaluations.outcome[place] === 0;
  return [...Map.groupBy(pairs, ([, place]) => evaluations.task[place]!)]
    .map(([task, pairs]) => ({
      task,
      pairs,
      fixed: pairs.filter(([a, b]) => !resolved(a) && resolved(b)).length,
      broken: pairs.filter(([a, b]) => resolved(a) && !resolved(b)).length,
      bothResolved: pairs.filter(([a, b]) => resolved(a) && resolved(b)).length,
    }))
    .sort((x, y) => y.fixed + y.broken - x.fixed - x.broken || x.task - y.task);
}

/** What becomes of one variant's source to make it another's: edits to take back, then edits to make, by number of the variant. */
export function wayBetween(
  run: Run,
  a: number,
  b: number,
): { readonly back: readonly number[]; readonly on: readonly number[] } {
  const [up, down] = [a, b].map((number) => ancestry(run, number).map((variant) => variant.number)) as [
    number[],
    number[],
  ];
  const shared = new Set(down);
  const common = up.find((number) => shared.has(number));
  return {
    back: up.slice(0, common === undefined ? 0 : up.indexOf(common)),
    on: down.slice(0, common === undefined ? 0 : down.indexOf(common)).toReversed(),
  };
}

/** Mean score over places of evaluations, in [0, 1]. */
export function meanScore(run: Run, places: readonly number[]): number {
  return places.reduce((sum, place) => sum + scoreAt(run.document, place), 0) / places.length;
}
