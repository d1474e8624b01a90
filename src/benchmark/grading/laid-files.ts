import type { FileEntry } from '../../model/file.ts';
import type { GradingPlan } from './plan.ts';

/** Which run of a grading: the real tests, or copies of them that must fail. */
export type Part = 'tests' | 'canary';

/** The hidden files that one run of a plan lays. */
export function testsOf(plan: GradingPlan, part: Part): readonly FileEntry[] {
  if (part === 'tests') return plan.tests;
  return layOver(
    plan.tests.filter(({ path }) => !plan.runner.runs(path)),
    plan.canary ?? [],
  );
}

/** Everything that lies in the tree for one run of a plan: the pristine files, of the attempt what is declared, and the tests last. */
export function laidFiles(plan: GradingPlan, part: Part): readonly FileEntry[] {
  return layOver(layOver(plan.pristine, accepted(plan)), testsOf(plan, part));
}

/** What of an attempt is graded. */
export function accepted({ solution, solutionPaths }: GradingPlan): readonly FileEntry[] {
  return solutionPaths === null ? solution : solution.filter(({ path }) => solutionPaths.includes(path));
}

function layOver(lower: readonly FileEntry[], upper: readonly FileEntry[]): FileEntry[] {
  return [...new Map([...lower, ...upper].map((file) => [file.path, file])).values()];
}
