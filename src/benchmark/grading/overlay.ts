import type { FileEntry } from '../../model/file.ts';
import type { GradingPlan } from './plan.ts';

/** Which run of a grading: the real tests, or copies of them that must fail. */
export type Part = 'tests' | 'canary';

/** The hidden files that one run of a plan adds. */
export function testsOf(plan: GradingPlan, part: Part): readonly FileEntry[] {
  if (part === 'tests') return plan.tests;
  return overlay(
    plan.tests.filter(({ path }) => !plan.runner.runs(path)),
    plan.canary ?? [],
  );
}

/** Everything that lies in the tree for one run of a plan: the pristine files, of the attempt what is declared, and the tests last. */
export function overlayFiles(plan: GradingPlan, part: Part): readonly FileEntry[] {
  return overlay(overlay(plan.pristine, accepted(plan)), testsOf(plan, part));
}

/** What of an attempt is graded. Nothing of it lies where the tests are, which could load it as their own. */
export function accepted({ solution, solutionPaths, runner }: GradingPlan): readonly FileEntry[] {
  const declared = solutionPaths === null ? solution : solution.filter(({ path }) => solutionPaths.includes(path));
  return runner.apart ? declared.filter(({ path }) => !isHidden(path)) : declared;
}

/** The folder of the tests, where they run apart from the code under test. */
export const HIDDEN = 'tests';

export function isHidden(path: string): boolean {
  return path === HIDDEN || path.startsWith(`${HIDDEN}/`);
}

/** What lies in that folder, by its paths there. */
export function hidden(files: readonly FileEntry[]): readonly FileEntry[] {
  return files
    .filter(({ path }) => path.startsWith(`${HIDDEN}/`))
    .map((file) => ({ ...file, path: file.path.slice(HIDDEN.length + 1) }));
}

function overlay(lower: readonly FileEntry[], upper: readonly FileEntry[]): FileEntry[] {
  return [...new Map([...lower, ...upper].map((file) => [file.path, file])).values()];
}
