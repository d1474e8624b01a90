import type { Configuration } from '../../config/schema.ts';
import type { ArchiveEventOf } from '../../model/event.ts';
import type { CostGoal } from '../../model/gate/cost.ts';
import type { GateRules } from '../../model/gate/verdict.ts';
import { count, dollars } from '../../report/text/figures.ts';
import { type Level, levelText } from '../../report/verdict/level-text.ts';
import { narrowestMargin } from '../../search/gate/cost/betting.ts';
import { smallestGain } from '../../search/gate/gate.ts';
import { passChance } from '../../search/gate/plan.ts';
import { DURATIONS, expectedHours, JOBS_AN_HOUR } from '../../search/hours.ts';

/** What a comparison is planned with. */
export interface GateOutlook {
  /** Held-out tasks that play a part. */
  readonly heldOut: number;
  readonly rules: GateRules;
  readonly confidence: number;
  readonly mode: 'manual' | 'auto';
  readonly grant: Level;
}

/** Share of tasks the root is taken to solve, and its mean score, before it was measured. */
const ROOT_SCORE = 0.4;
const GAINS = [0.05, 0.1, 0.15, 0.2];

/** What the merge gate asks and can prove, said before any money is spent. */
export function gateAdvice(outlook: GateOutlook): string {
  const { heldOut, rules, mode, grant } = outlook;
  if (rules.goal === 'cost') return costGoalAdvice(outlook, rules);
  const rounds = Math.max(1, Math.floor(rules.evaluations / (2 * heldOut)));
  const least = smallestGain(rounds * heldOut, 1 - grant.level);
  const asked = levelText({ confidence: outlook.confidence, promise: rules.promise }, grant);
  if (grant.level === 0 || least === null)
    return `**With ${count(heldOut, 'held-out task')} nothing can be proven:** whatever the search finds, the merge gate will refuse it. ${asked} ${grant.openings > 0 ? 'Add tasks: they start fresh.' : 'Add tasks, or raise `benchmark.holdout` or `merge.evaluations`.'}`;
  const then = mode === 'auto' ? 'is merged' : 'is offered for merging';
  const plan = { heldOutTasks: heldOut, evaluations: rules.evaluations, level: grant.level, rootScore: ROOT_SCORE };
  const chances = GAINS.map(
    (gain) => `${Math.round(100 * gain)} points in ${Math.round(100 * passChance(plan, gain))}`,
  );
  const tasks = count(heldOut, 'held-out task');
  const within = `about so many would pass within ${count(Math.max(rules.evaluations, 2 * heldOut), 'held-out evaluation')}`;
  // Of all scores of a mean, 0 and 1 vary the most: with others the chance is higher.
  const said =
    rules.metric === 'score'
      ? [
          `A variant ${then} when its mean score beats the root’s on the ${tasks}, which takes at least ${least} scores higher and none lower.`,
          `Of 100 variants with a true gain in mean score, ${within} if the root’s is ${ROOT_SCORE.toFixed(2)} and every score 0 or 1: ${chances.join(', ')}. More would pass where scores lie in between.`,
        ]
      : [
          `A variant ${then} when it beats the root on the ${tasks}, which takes at least ${least} fixed and none broken.`,
          `Of 100 variants with a true gain, ${within} if the root solves ${Math.round(100 * ROOT_SCORE)} %: ${chances.join(', ')}.`,
        ];
  return [...said, asked].join(' ');
}

/** The margin a variant that is no better needs to pass, at the least, in (0, 1]: 1 where nothing can be proven. */
export function leastMargin({ heldOut, grant: { level } }: Pick<GateOutlook, 'heldOut' | 'grant'>): number {
  return level > 0 && heldOut > 0 ? narrowestMargin(heldOut, level) : 1;
}

function costGoalAdvice(outlook: GateOutlook, { margin, saving }: CostGoal): string {
  const { heldOut, rules, mode, grant } = outlook;
  const least = leastMargin(outlook);
  const tasks = count(heldOut, 'held-out task');
  const percent = (share: number) => Number((100 * share).toPrecision(3));
  const asked = levelText({ confidence: outlook.confidence, promise: rules.promise }, grant);
  if (least === 1)
    return `**With ${tasks} nothing can be proven:** whatever the search finds, the merge gate will refuse it. ${asked} Add tasks${grant.openings > 0 ? ': they start fresh' : ''}.`;
  return [
    `A variant ${mode === 'auto' ? 'is merged' : 'is offered for merging'} when two things are shown on the ${tasks}: it costs at least ${percent(saving)} % less per task than the root, and ${rules.metric === 'score' ? `its mean score is at most ${percent(margin)} points lower` : `it resolves at most ${percent(margin)} points fewer`}.`,
    ...(least > margin
      ? [
          `**With ${tasks} no margin below ${least.toFixed(3)} can be shown unless the variant is better**, and \`merge.margin\` is ${margin}: add tasks, or raise it.`,
        ]
      : []),
    'Both have to hold at one look, after the last round.',
    asked,
  ].join(' ');
}

/** What a run may cost at the most, said before any money is spent. */
export function costAdvice(
  { budget, tasks, heldOut, costUSD, gate, repeats = 1 }: ArchiveEventOf<'run.started'>,
  { limits: { taskCostUSD } }: Configuration,
): string {
  const compared = gate?.evaluations ?? 2 * heldOut.length * repeats;
  const most = (tasks.length * repeats + budget + compared) * taskCostUSD;
  const times = repeats === 1 ? '' : `, each ${repeats} times`;
  const sum = `${tasks.length} search tasks for the root${times}, a budget of ${budget} evaluations, and up to ${compared} held-out evaluations at the end, at up to ${dollars(taskCostUSD)} each (\`limits.taskCostUSD\`)`;
  return costUSD !== null && costUSD < most
    ? `It costs at most ${dollars(costUSD)}, the run’s limit, which could end it early: ${sum} would be ${dollars(most)}. Most evaluations cost far less than they may.`
    : `It may cost about ${dollars(most)} if every evaluation costs as much as it may, and usually costs far less: ${sum}.${costUSD === null ? ' The run has no limit.' : ` It never costs more than the run’s limit of ${dollars(costUSD)}.`}`;
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
