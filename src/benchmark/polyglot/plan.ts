import { randomBytes } from 'node:crypto';
import type { FileEntry } from '../../model/file.ts';
import type { GradingPlan } from '../grading/plan.ts';
import type { Exercise } from './exercise.ts';
import { runnerOf } from './language.ts';
import type { Lock } from './lock-schema.ts';
import { mutated } from './mutate.ts';

export const WORKDIR = '/work';
/** Seconds the tests of an exercise may take, builds included. */
export const TEST_SECONDS = 120;

/** How an attempt at an exercise is graded. */
export function planOf(exercise: Exercise, image: string, solution: readonly FileEntry[], lock: Lock): GradingPlan {
  const draw = () => mutated(exercise, { where: lock.where, salt: randomBytes(16).toString('hex') });
  return {
    image,
    workdir: WORKDIR,
    pristine: exercise.workspace,
    solution,
    solutionPaths: [...new Set([...exercise.solutionPaths, ...exercise.solution.map(({ path }) => path)])],
    tests: exercise.tests,
    canary: draw(),
    drawCanary: draw,
    mustFail: lock.mustFail,
    reference: exercise.solution,
    runner: runnerOf(exercise.language, exercise.testPaths),
    expected: lock.expected,
    seconds: TEST_SECONDS,
    limits: { memoryMB: 3072, pids: 512, tmpMB: 1024 },
  };
}
