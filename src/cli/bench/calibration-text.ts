import { type Calibration, LEVEL, type NoiseFloor, type TaskCalibration } from '../../calibration/calibrate.ts';
import type { IdenticalPasses } from '../../calibration/identical.ts';
import { count } from '../../report/text/figures.ts';

export interface CalibrationReport {
  readonly calibration: Calibration;
  /** The noise of the tasks that are not grader-flaky; `null` where it is that of all tasks, or not known. */
  readonly withoutFlaky: NoiseFloor | null;
  /** Attempts without a result. */
  readonly missing: number;
  /**
   * The gate on random splits of the attempts at tasks that are not grader-flaky; `level` is what it allows. `null` where
   * there are no such tasks.
   */
  readonly gate: (IdenticalPasses & { readonly level: number }) | null;
}

const GRADER =
  'Grader-flaky: the same files got different verdicts. Fix or leave out; while they are flaky the gate leaves them out.';
const AGENT =
  'Agent-flaky: attempts differ, the grader does not. Nothing needs fixing: they are the noise, and more tasks or more attempts lower it.';

/** What a calibration came to, as people read it in a terminal. */
export function calibrationText({ calibration, withoutFlaky, missing, gate }: CalibrationReport): string {
  const { tasks, score, interval, noise } = calibration;
  const grader = tasks.filter(({ graderFlaky }) => graderFlaky);
  const agent = tasks.filter(({ graderFlaky, agentFlaky }) => agentFlaky && !graderFlaky);
  const range = interval && noise?.sd ? ` (90 %: ${points(interval.lower)} to ${points(interval.upper)})` : '';
  const todo = [...named(grader, GRADER), ...named(agent, AGENT)];
  return [
    `Score: ${points(score)} of 100${range}`,
    ...(missing > 0 ? [`Without a result: ${count(missing, 'attempt')}. The same command tries again.`] : []),
    '',
    ...flakyLines(tasks),
    '',
    ...noiseLines(noise),
    ...(withoutFlaky === null ? [] : [`Without the grader-flaky tasks: ${floor(withoutFlaky)}`]),
    ...(gate === null || noise === null ? [] : [gateLine(gate)]),
    ...(todo.length > 0 ? ['', ...todo] : []),
  ].join('\n');
}

/** The flaky tasks as a table, and a count of the rest. */
function flakyLines(tasks: readonly TaskCalibration[]): string[] {
  const flaky = tasks.filter(({ graderFlaky, agentFlaky }) => graderFlaky || agentFlaky);
  const steady = tasks.filter((task) => !flaky.includes(task));
  const resolved = steady.filter((task) => task.resolved > 0).length;
  const width = Math.max(4, ...flaky.map(({ task }) => task.length));
  const rows = flaky.map(({ task, resolved: some, attempts, graderFlaky, agentFlaky }) => {
    const what = [...(graderFlaky ? ['grader'] : []), ...(agentFlaky ? ['agent'] : [])].join(', ');
    return `  ${task.padEnd(width)}  ${`${some}/${attempts}`.padEnd(8)}  ${what}`;
  });
  const split = steady.length > 0 ? ` (${resolved} resolved each time, ${steady.length - resolved} never)` : '';
  return [
    ...(rows.length > 0 ? [`  ${'task'.padEnd(width)}  resolved  flaky`, ...rows] : []),
    `Not flaky: ${steady.length} of ${count(tasks.length, 'task')}${split}.`,
  ];
}

function noiseLines(noise: NoiseFloor | null): string[] {
  if (noise === null) return ['Noise floor: not known. It takes two attempts at a task.'];
  if (noise.sd === 0) return ['Noise floor: none seen. All attempts at a task had the same outcome.'];
  const chances = noise.chances.map(({ points, chance }) => `${count(points, 'point')}: ${percent(chance)}`);
  return [`Noise floor: ${floor(noise)}`, `Chance that two such runs differ by at least ${chances.join(', ')}.`];
}

function floor({ sd, significant }: NoiseFloor): string {
  const gain =
    significant === null
      ? 'No lead is enough to call one of them better'
      : `It takes a lead of ${significant.toFixed(1)} to call one of them better`;
  return `${sd.toFixed(1)} points, the standard deviation between two runs with one attempt at each task. ${gain} (p ≤ ${LEVEL}, one look).`;
}

function gateLine({ splits, passed, level }: NonNullable<CalibrationReport['gate']>): string {
  const share = passed / splits;
  // Three standard errors of the simulation.
  const tooMany = share > level + 3 * Math.sqrt((level * (1 - level)) / splits);
  const warning = tooMany ? ' That is too often: do not trust the gate on these tasks.' : '';
  return `Gate: the agent against itself passes ${percent(share)} of ${splits.toLocaleString('en')} random splits of the attempts; ${percent(level)} are allowed.${warning}`;
}

function named(tasks: readonly TaskCalibration[], what: string): string[] {
  return tasks.length === 0 ? [] : [what, `  ${tasks.map(({ task }) => task).join(', ')}`];
}

function points(share: number): string {
  return (100 * share).toFixed(1);
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
