import { LEVEL, type NoiseFloor } from '../../calibration/calibrate.ts';
import type { Configuration } from '../../config/schema.ts';
import { sentence } from '../../model/error.ts';
import type { ArchiveEventOf } from '../../model/event.ts';
import type { TaskId } from '../../model/ids.ts';
import { inline } from '../../report/text/escape.ts';
import { count, dollars, pAtMost, pValue } from '../../report/text/figures.ts';
import { DURATIONS, measuringMinutes } from '../../search/hours.ts';
import type { CalibrationReport } from './report.ts';
import type { TwinVerdict } from './twin.ts';

/** Tasks that are named; the journal has them all. */
const MOST_NAMES = 40;

/** What a calibration will do and may cost, said before any money is spent. */
export function calibrationAdvice(
  { run, calibrate, tasks, heldOut, costUSD, concurrency, batch }: ArchiveEventOf<'run.started'>,
  { limits: { taskCostUSD, hours } }: Configuration,
): string[] {
  const { attempts, gradings } = calibrate!;
  const evaluations = attempts * (tasks.length + heldOut.length);
  const most = evaluations * taskCostUSD;
  const sum = `${attempts} attempts at ${count(tasks.length + heldOut.length, 'task')} at up to ${dollars(taskCostUSD)} each (\`limits.taskCostUSD\`)`;
  const time = [tasks, heldOut].reduce(
    (minutes, { length }) => minutes + measuringMinutes(DURATIONS, attempts * length, { concurrency, batch }),
    0,
  );
  const about = (time / 60).toFixed(time < 120 ? 1 : 0);
  const late = time / 60 > hours ? ` Its limit of ${hours} hours (\`limits.hours\`) would end it before that.` : '';
  return [
    `Calibration **${run}** has started: your agent against itself, ${attempts} attempts at each of ${count(tasks.length, 'search task')} and ${count(heldOut.length, 'held-out task')}, the files of each attempt graded ${times(gradings)}.`,
    'It makes no variant, merges nothing, and uses up no held-out evidence. Held-out tasks stay sealed, except those that are flaky in the grader: they are named, and later comparisons leave them out.',
    costUSD !== null && costUSD < most
      ? `It costs at most ${dollars(costUSD)}, the run’s limit, which could end it early: ${sum} would be ${dollars(most)}. It then reports what it has.`
      : `It costs at most ${dollars(most)}, and usually far less: ${sum}.${costUSD === null ? ' The run has no limit.' : ''}`,
    `With ${count(concurrency, 'job')} at a time it takes about ${about} hours if an attempt takes ${DURATIONS.task} minutes with its grading.${late}`,
    'Its dashboard is the comment below, and its report the last comment here. `/huxley stop` ends it early.',
  ];
}

/** The report in a paragraph, for the journal and the dashboard. Plain text. */
export function calibrationHeadline({
  stopped,
  calibration,
  agentFlaky,
  graderFlaky,
  twin,
}: CalibrationReport): string {
  const early = stopped === null ? '' : `Ended early, ${sentence(stopped)} `;
  if (calibration === null) return `${early}No attempt has a result.`;
  const { score, noise } = calibration;
  const agents = agentFlaky.search.length + agentFlaky.heldOut;
  const graders = graderFlaky.search.length + graderFlaky.heldOut.length;
  return [
    `${early}The agent solves ${points(score)} of 100.`,
    noise === null ? 'The noise floor is not known.' : `The noise floor is ${noise.sd.toFixed(1)} points.`,
    `Flaky in the agent: ${count(agents, 'task')}; in the grader: ${graders}.`,
    twinText(twin).told,
  ].join(' ');
}

/** The report in full, as Markdown. Which held-out tasks were resolved is not in it. */
export function calibrationText(report: CalibrationReport): string[] {
  const { attempts, gradings, searchTasks, heldOutTasks, measured, planned, stopped, calibration, twin } = report;
  const some = measured === planned ? '' : ` ${measured} of ${planned} attempts have a result.`;
  const what = `Your agent was measured against itself: ${attempts} attempts at each of ${count(searchTasks, 'search task')} and ${count(heldOutTasks, 'held-out task')}, the files of each graded ${times(gradings)}.${some}`;
  const early = stopped === null ? [] : [`It ended early, ${inline(sentence(stopped), 600)}`];
  if (calibration === null) return [what, ...early];
  const { score, interval, noise } = calibration;
  const range =
    interval && noise?.sd
      ? ` (90 %: ${points(interval.lower)} to ${points(interval.upper)}, over attempts at these very tasks)`
      : '';
  const { told, more } = twinText(twin);
  return [
    what,
    ...early,
    `**Score.** It solves ${points(score)} of 100${range}.`,
    `**Noise floor.** ${noiseText(noise, report.withoutFlaky)}`,
    `**Flaky in the agent.** ${agentText(report)}`,
    `**Flaky in the grader.** ${graderText(report)}`,
    `**The gate on an identical twin.** ${told} ${more}`.trim(),
  ];
}

function noiseText(noise: NoiseFloor | null, withoutFlaky: NoiseFloor | null): string {
  if (noise === null) return 'Not known: it takes two attempts at a task.';
  if (noise.sd === 0) return 'None was seen: all attempts at a task had the same outcome.';
  const lead =
    noise.significant === null
      ? 'No lead is enough to call one of them better'
      : `It takes a lead of ${noise.significant.toFixed(1)} to call one of them better`;
  const chances = noise.chances
    .map(({ points: n, chance }) => `${percent(chance)} by at least ${count(n, 'point')}`)
    .join(', ');
  const sound =
    withoutFlaky === null ? '' : ` Without the tasks that are flaky in the grader it is ${withoutFlaky.sd.toFixed(1)}.`;
  return `${noise.sd.toFixed(1)} points: the standard deviation between two runs of this same agent with one attempt at each task. ${lead} (${pAtMost(LEVEL)}, one look). Of 100 pairs of such runs, this many differ by chance alone: ${chances}.${sound}`;
}

function agentText({ agentFlaky: { search, heldOut } }: CalibrationReport): string {
  if (search.length + heldOut === 0) return 'No task.';
  const sealed =
    heldOut === 0 ? '' : `${count(heldOut, 'held-out task')}, which ${heldOut === 1 ? 'stays' : 'stay'} sealed`;
  const open = search.length === 0 ? '' : `${count(search.length, 'search task')} (${names(search)})`;
  return `${[open, sealed].filter(Boolean).join(', and ')}. Attempts differ, the grader does not. Nothing needs fixing: they are the noise, and more tasks or more attempts lower it.`;
}

function graderText({ graderFlaky: { search, heldOut }, gradings }: CalibrationReport): string {
  if (gradings === 1) return 'Not looked at: the files of each attempt were graded once.';
  if (search.length + heldOut.length === 0) return `No task, as far as ${gradings} gradings of each attempt show.`;
  const open = search.length === 0 ? [] : [`Search: ${names(search)}.`];
  const sealed =
    heldOut.length === 0
      ? []
      : [`Held-out: ${names(heldOut)}. Until the suite changes, later comparisons leave them out.`];
  const found = [...open, ...sealed].join(' ');
  return `The same files got different verdicts. ${found} Correct these tasks, or take them out of the suite.`;
}

/** What came of the twin, and what is to be known of it. */
function twinText(twin: TwinVerdict | null): { readonly told: string; readonly more: string } {
  if (twin === null) return { told: 'The gate was not tried: there are too few held-out attempts.', more: '' };
  if (twin.refused === 'tampered')
    return { told: 'The gate refuses the identical twin: an attempt of it tampered with what grades it.', more: '' };
  if (twin.refused === 'missing')
    return { told: 'The gate cannot judge the identical twin: too many results are missing.', more: '' };
  const figures = `${pValue(twin.p)} (needed ${pAtMost(twin.alpha)})`;
  const { tasks, rounds } = twin.evidence!;
  const how = `Of ${count(2 * rounds, 'attempt')} at ${count(tasks, 'held-out task')} half played the root and half its twin, by the rules of your configuration and at the level that a first comparison gets.`;
  if (!twin.passed) return { told: `The identical twin does not pass: ${figures}.`, more: how };
  return {
    told: `The identical twin passes: ${figures}. Nothing is merged.`,
    more: `${how} By chance that happens in at most ${percent(twin.level)} of 100 calibrations. Calibrate again: if it passes once more, do not trust the gate on these tasks.`,
  };
}

function names(tasks: readonly TaskId[]): string {
  const more = tasks.length > MOST_NAMES ? ` and ${tasks.length - MOST_NAMES} more` : '';
  return `${tasks
    .slice(0, MOST_NAMES)
    .map((task) => inline(task, 100))
    .join(', ')}${more}`;
}

function times(n: number): string {
  return n === 1 ? 'once' : `${n} times`;
}

function points(share: number): string {
  return (100 * share).toFixed(1);
}

/** `4`, `0.31`: a share in hundredths, without its unit. */
function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))}`;
}
