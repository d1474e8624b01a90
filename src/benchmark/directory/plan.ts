import type { FileEntry } from '../../model/file.ts';
import type { GradingPlan } from '../grading/plan.ts';
import { RUNNERS } from '../grading/runners.ts';
import type { DirectoryTask } from './load-task.ts';
import { TESTS_FOLDER } from './schema.ts';

/** Where a folder task's workspace lies in its container. */
export const WORKDIR = '/work';

/** How an attempt at a folder task is graded. */
export function planOf(task: DirectoryTask, image: string, solution: readonly FileEntry[]): GradingPlan {
  return {
    image: task.file.image ?? image,
    workdir: WORKDIR,
    pristine: task.workspace,
    solution,
    solutionPaths: task.file.solution,
    tests: inTests(task.tests),
    canary: task.canary.length === 0 ? null : inTests(task.canary),
    runner: RUNNERS[task.file.runner],
    expected: task.expected,
    seconds: task.file.testSeconds,
  };
}

function inTests(files: readonly FileEntry[]): readonly FileEntry[] {
  return files.map((file) => ({ ...file, path: `${TESTS_FOLDER}/${file.path}` }));
}
