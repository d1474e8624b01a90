import type { FileEntry } from '../../model/file.ts';
import { commandRunner } from '../grading/command.ts';
import type { GradingPlan, Runner } from '../grading/plan.ts';
import { APART, RUNNERS } from '../grading/runners.ts';
import { scoreRunner } from '../grading/score.ts';
import { falsified } from './falsify.ts';
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
    canary: canaryOf(task),
    ...(canaryOf(task) !== null && { drawCanary: () => canaryOf(task)! }),
    ...(onlySome(task) && { mustFail: Object.keys(task.sites!) }),
    reference: task.solution,
    runner: runnerOf(task),
    expected: task.expected,
    seconds: task.file.testSeconds,
    // Compilers take more than the runners that Huxley brings.
    ...(task.file.command !== undefined && { limits: { memoryMB: 3072, pids: 512, tmpMB: 1024 } }),
  };
}

/** Of a task that was made from a repository's history, some tests are made false. */
function onlySome({ canary, sites, expected }: DirectoryTask): boolean {
  return canary.length === 0 && sites !== null && expected.some((id) => sites[id] === undefined);
}

function runnerOf({ file: { runner, isolate, command, results, score } }: DirectoryTask): Runner {
  if (runner === 'command') return commandRunner(command!, results!);
  return runner === 'score' ? scoreRunner(command!, score!) : (isolate ? APART : RUNNERS)[runner];
}

/**
 * Whether copies of the tests that must fail are run as well: where the tests share a process with the solution, as a command's may, and
 * for the shell, where they share files and pipes with it. Otherwise there is nothing in its reach that could be forged.
 */
export function needsCanary({ file }: DirectoryTask): boolean {
  return !file.isolate || file.runner === 'shell';
}

function canaryOf(task: DirectoryTask): readonly FileEntry[] | null {
  if (!needsCanary(task)) return null;
  if (task.canary.length > 0) return inTests(task.canary);
  return task.sites === null ? null : falsified(inTests(task.tests), task.sites, task.file.runner);
}

export function inTests(files: readonly FileEntry[]): readonly FileEntry[] {
  return files.map((file) => ({ ...file, path: `${TESTS_FOLDER}/${file.path}` }));
}
