import { HuxleyError } from '../model/error.ts';
import { type Outcome, score, waver } from '../model/verdict.ts';
import type { Interval } from '../search/belief/interval.ts';
import { differenceOf, unbiasedVariance } from './difference.ts';

/** Normal quantile of a two-sided 90 % interval. */
const Z90 = 1.6448536269514722;
/** What a difference between two single runs has to be rarer than, one-sided, to be called a gain. */
export const LEVEL = 0.05;
const POINTS = [1, 2, 3, 5];

/** One attempt of the agent at a task: the outcomes of every grading of the files it left, at least one, in order. */
export interface CalibrationAttempt {
  readonly task: string;
  readonly verdicts: readonly Outcome[];
}

export interface TaskCalibration {
  readonly task: string;
  readonly attempts: number;
  /** Attempts whose first grading was `resolved`; every other outcome is unresolved. */
  readonly resolved: number;
  /** Gradings of the same files differ: nobody but the grader can be the cause. */
  readonly graderFlaky: boolean;
  /** First gradings of different attempts differ. Of a task that is grader-flaky too, the grader may be the cause. */
  readonly agentFlaky: boolean;
}

/** What two runs of one agent differ by, with one attempt at each task. Points are hundredths of the score. */
export interface NoiseFloor {
  /** Standard deviation of the difference between the two scores, in points. */
  readonly sd: number;
  /** Smallest difference in points that two such runs show by chance in at most `LEVEL` of all pairs; `null` where none is. */
  readonly significant: number | null;
  /** Probability that they differ, either way, by at least so many points. */
  readonly chances: readonly { readonly points: number; readonly chance: number }[];
}

export interface Calibration {
  /** In the order in which they first occur. */
  readonly tasks: readonly TaskCalibration[];
  /** Mean over the tasks of the share of attempts that resolved it, 0 to 1. */
  readonly score: number;
  /** 90 %, over attempts at these very tasks: says nothing of other tasks. `null` where no task had two attempts. */
  readonly interval: Interval | null;
  /** `null` where no task had two attempts. */
  readonly noise: NoiseFloor | null;
}

/**
 * What several attempts of one agent at the same tasks say of the measurement itself.
 *
 * A task's variance between attempts is p(1-p) without bias, p̂(1-p̂)·n/(n-1); a task with a single attempt is given the mean
 * variance of the others. The distribution of the difference of two runs is linear in the variance of each task, so that chances
 * are without bias too; they are exact for these variances. The interval is the normal one.
 *
 * @throws HuxleyError `calibration.attempts` where there are none
 */
export function calibrate(attempts: readonly CalibrationAttempt[]): Calibration {
  if (attempts.length === 0)
    throw new HuxleyError('calibration.attempts', 'No attempt has a result', 'Calibrate again.');
  const tasks = [...Map.groupBy(attempts, ({ task }) => task)].map(([task, own]) => calibrateTask(task, own));
  const shares = tasks.map(({ resolved, attempts: n }) => resolved / n);
  const mean = sum(shares) / tasks.length;
  const measured = tasks
    .filter(({ attempts: n }) => n > 1)
    .map(({ resolved, attempts: n }) => unbiasedVariance(resolved, n));
  if (measured.length === 0) return { tasks, score: mean, interval: null, noise: null };
  const variances = tasks.map(({ resolved, attempts: n }) =>
    n > 1 ? unbiasedVariance(resolved, n) : sum(measured) / measured.length,
  );
  const half = (Z90 * Math.sqrt(sum(variances.map((variance, i) => variance / tasks[i]!.attempts)))) / tasks.length;
  return {
    tasks,
    score: mean,
    interval: { lower: Math.max(0, mean - half), upper: Math.min(1, mean + half) },
    noise: noiseFloor(variances),
  };
}

/** What is left without the tasks that are flaky in the grader; `noise` is `null` where it is that of all tasks, or not known. */
export function withoutGraderFlaky(
  attempts: readonly CalibrationAttempt[],
  { tasks }: Pick<Calibration, 'tasks'>,
): { readonly sound: readonly CalibrationAttempt[]; readonly noise: NoiseFloor | null } {
  const flaky = new Set(tasks.flatMap(({ task, graderFlaky }) => (graderFlaky ? [task] : [])));
  const sound = attempts.filter(({ task }) => !flaky.has(task));
  return { sound, noise: flaky.size > 0 && sound.length > 0 ? calibrate(sound).noise : null };
}

function calibrateTask(task: string, attempts: readonly CalibrationAttempt[]): TaskCalibration {
  const resolved = sum(attempts.map(({ verdicts }) => score(verdicts[0]!)));
  return {
    task,
    attempts: attempts.length,
    resolved,
    graderFlaky: attempts.some(({ verdicts }) => waver(verdicts)),
    agentFlaky: resolved > 0 && resolved < attempts.length,
  };
}

function noiseFloor(variances: readonly number[]): NoiseFloor {
  const n = variances.length;
  const difference = differenceOf(variances);
  let fewest = 1;
  while (difference.atLeast(fewest) > LEVEL) fewest++;
  return {
    sd: (100 * Math.sqrt(2 * sum(variances))) / n,
    significant: fewest > n ? null : (100 * fewest) / n,
    chances: POINTS.map((points) => {
      const tasks = Math.ceil((points * n) / 100 - 1e-9);
      return { points, chance: Math.min(1, 2 * difference.atLeast(tasks)) };
    }),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
