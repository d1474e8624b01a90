import type { Progress } from '../../document/document.ts';

/** Where a run stood when it had used so many evaluations; undefined where it has no point by then. */
export function atBudget(progress: readonly Progress[], budget: number): Progress | undefined {
  return progress.findLast(({ used }) => used <= budget);
}

/** The last point of each value, in the order they have: what is measured outside the budget leaves many of the same. */
export function lastOfEach(points: readonly Progress[], value: (point: Progress) => number): readonly Progress[] {
  return points.filter((point, at) => points[at + 1] === undefined || value(points[at + 1]!) !== value(point));
}
