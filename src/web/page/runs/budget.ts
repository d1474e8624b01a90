import type { Progress } from '../../document/document.ts';

/** Where a run stood when it had used so many evaluations; undefined where it has no point by then. */
export function atBudget(progress: readonly Progress[], budget: number): Progress | undefined {
  return progress.findLast(({ used }) => used <= budget);
}
