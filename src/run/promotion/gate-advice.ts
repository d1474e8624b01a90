import type { Configuration } from '../../config/schema.ts';
import type { ArchiveEventOf } from '../../model/event.ts';
import { dollars } from '../../report/text/figures.ts';
import { smallestGain } from '../../search/gate/gate.ts';
import { DURATIONS, expectedHours, JOBS_AN_HOUR } from '../../search/hours.ts';

/** What the merge gate can accept with so many held-out tasks, said before any money is spent. */
export function gateAdvice(heldOut: number, confidence: number, mode: 'manual' | 'auto'): string {
  const least = smallestGain(heldOut, confidence);
  const level = `${Math.round(confidence * 1000) / 10} %`;
  if (least === null)
    return `**With ${heldOut} held-out tasks nothing can be proven at ${level}:** whatever the search finds, the merge gate will refuse it. Add tasks or raise \`benchmark.holdout\`.`;
  const then = mode === 'auto' ? 'is merged' : 'is offered for merging';
  return `A variant ${then} when it beats the root on the ${heldOut} held-out tasks at ${level} confidence: at the least, ${least} of them fixed and none broken.`;
}

/** What a run may cost at the most, said before any money is spent. */
export function costAdvice(
  { budget, tasks, heldOut, costUSD }: ArchiveEventOf<'run.started'>,
  { limits: { taskCostUSD } }: Configuration,
): string {
  const compared = 2 * heldOut.length;
  const most = (tasks.length + budget + compared) * taskCostUSD;
  const sum = `${tasks.length} search tasks for the root, a budget of ${budget} evaluations, and ${compared} held-out tasks for two at the end, at up to ${dollars(taskCostUSD)} each (\`limits.taskCostUSD\`)`;
  return costUSD !== null && costUSD < most
    ? `It costs at most ${dollars(costUSD)}, the run’s limit, which could end it early: ${sum} would be ${dollars(most)}. Most evaluations cost far less than they may.`
    : `It may cost about ${dollars(most)} if every evaluation costs all it may, and mostly costs far less: ${sum}.${costUSD === null ? ' The run has no limit.' : ` It never costs more than the run’s limit of ${dollars(costUSD)}.`}`;
}

/** How long a run may take, said before it begins; nobody knows yet how long its jobs take. `limit` is its limit in hours. */
export function timeAdvice(started: ArchiveEventOf<'run.started'>, limit: number): string {
  const hours = expectedHours(started, DURATIONS, JOBS_AN_HOUR);
  const about = hours.toFixed(hours < 2 ? 1 : 0);
  const { concurrency, prefer } = started;
  const jobs = concurrency === 1 ? 'one job at a time' : `up to ${concurrency} jobs at once, \`prefer: ${prefer}\``;
  const late = hours > limit ? ` Its limit of ${limit} hours (\`limits.hours\`) would end it before that.` : '';
  return `With ${jobs}, it takes about ${about} hours if a task takes ${DURATIONS.task} minutes and a self-modification ${DURATIONS.expansion}.${late}`;
}
