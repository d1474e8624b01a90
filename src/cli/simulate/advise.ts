import { HuxleyError } from '../../model/error.ts';
import { JOBS_AN_HOUR, measuringMinutes } from '../../search/hours.ts';
import { gateOutlook, heldOutEvaluations, prospects } from '../../simulation/advise.ts';
import { enoughJobs, estimate, type Jobs, LOSS } from '../../simulation/study.ts';
import type { SimulateOptions } from './options.ts';
import { jobsOf, type Plan, runStudy } from './study.ts';

const HELD_OUT = 0.3;
const BUDGETS = [100, 200, 400, 800];
const SEEDS = 40;
/** Jobs at once that are compared. */
const CONCURRENCIES = [1, 2, 4, 8, 16, 32];

/** `huxley simulate --advise`: what to spend, in dollars and hours, and what to expect of it. */
export async function adviseCommand(options: SimulateOptions): Promise<void> {
  const { tasks, rootScore, price, confidence, minutes } = options;
  const jobs = jobsOf(options)[0]!;
  if (tasks < 4 || rootScore >= 1)
    throw new HuxleyError(
      'simulate.advise',
      `Advice needs at least 4 tasks and a root score below 1 (given: ${tasks} and ${rootScore}).`,
      'Give --tasks and --root-score as they are for your suite, e.g. --tasks 90 --root-score 0.4.',
    );
  const heldOutTasks = Math.max(1, Math.round(HELD_OUT * tasks));
  const searchTasks = tasks - heldOutTasks;
  const gate = gateOutlook({ heldOutTasks, rootScore }, confidence, BUDGETS);
  const worlds = prospects({ searchTasks, heldOutTasks, rootScore });
  const study = { ...options, seeds: SEEDS };
  const plans = await runStudy(worlds, { ...study, policy: ['huxley', 'hgm'], budget: BUDGETS, jobs: [jobs] });
  const outlookOf = (plan: Plan) => {
    const compared = heldOutEvaluations(heldOutTasks, plan.budget);
    return outlook(
      plan,
      price * (plan.budget + searchTasks + compared),
      measuringMinutes(minutes, compared, plan) / 60,
    );
  };
  const rows = plans.map(outlookOf);
  const { advice, policy, budget } = recommend(rows);
  const several = CONCURRENCIES.map((concurrency): Jobs => ({ concurrency, batch: jobs.batch }));
  const speeds = (
    await runStudy(worlds.slice(0, 1), { ...study, policy: [policy], budget: [budget], jobs: several })
  ).map(outlookOf);
  const enough = enoughJobs(speeds.map((row) => ({ ...row, gain: row.mean - row.root }))) ?? CONCURRENCIES.at(-1)!;
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ searchTasks, heldOutTasks, rootScore, price, minutes, gate, rows, advice, speeds, concurrency: enough })}\n`,
    );
    return;
  }
  const out = [
    `${tasks} tasks: ${searchTasks} steer the search, ${heldOutTasks} are held out. The agent solves ${rate(rootScore)} of them today.`,
    '',
    `Chance that a first run’s merge gate (confidence ${confidence}) passes a variant, by its true gain, and the most that proof costs:`,
    ...gate.plans.map(
      ({ evaluations, chances }) =>
        `  ${String(evaluations).padStart(4)} held-out evaluations, $${(price * evaluations).toFixed(0).padStart(3)}:  ${chances.map(({ gain, chance }) => `${Math.round(100 * gain)} points ${rate(chance)}`).join('   ')}`,
    ),
    gate.provable === null
      ? '  None of these gains has an 80 % chance to be proven: more held-out tasks are needed before a budget matters.'
      : `  A gain of ${Math.round(100 * gate.provable)} points has an 80 % chance to be proven. It stops early where it can.`,
    '',
    `Expected score of what is shipped with ${jobs.concurrency} jobs at once, ${jobs.batch} tasks in a job; brackets hold 80 % of simulated runs:`,
  ];
  for (const row of rows) {
    if (row.policy === 'huxley' && row.budget === BUDGETS[0]) out.push('', `  If ${row.world}:`);
    out.push(
      `    ${row.policy.padEnd(7)} budget ${String(row.budget).padStart(3)}  about $${row.cost.toFixed(0).padStart(4)} and ${hoursText(row.hours)}  ${rate(row.mean)} [${rate(row.low)}, ${rate(row.high)}]  promoted ${rate(row.promoted)}  worse than today ${rate(row.belowRoot)}`,
    );
  }
  out.push(
    '',
    advice,
    '',
    `More jobs at once, where ${speeds[0]!.world} (policy ${policy}, budget ${budget}, \`prefer: ${options.prefer}\`):`,
    ...speeds.map(
      (row) =>
        `    ${String(row.concurrency).padStart(2)} jobs  ${hoursText(row.hours)}  ${rate(row.mean)}${row.limited ? '  held up by GitHub’s limit on writes' : ''}${row.concurrency === enough ? '  more jobs than this help little' : ''}`,
    ),
    '',
    `Advice: \`concurrency: ${enough}\`.`,
    '',
    `A job is taken to need ${minutes.start} min to start, ${minutes.expansion} min for an expansion and ${minutes.task} min for a task (medians; --minutes has your own).`,
    `Simulated, ${SEEDS} worlds each: real self-modifications may be better or worse than any of these.`,
    '',
  );
  process.stdout.write(out.join('\n'));
}

interface Outlook extends Jobs {
  readonly world: string;
  readonly policy: string;
  readonly budget: number;
  /** Dollars for the root, the search, and the held-out comparison at its longest. */
  readonly cost: number;
  /** The same, in hours; whether GitHub's limit on writes makes them so many, not the jobs. */
  readonly hours: number;
  readonly limited: boolean;
  /** Scores: today's, what is shipped on average, and the tenth and ninetieth of a hundred. */
  readonly root: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly promoted: number;
  readonly belowRoot: number;
}

function outlook(
  { landscape, policy, budget, trials, concurrency, batch }: Plan,
  cost: number,
  comparison: number,
): Outlook {
  const sorted = trials.map(({ shipped }) => shipped).sort((a, b) => a - b);
  const searching = estimate(trials.map(({ hours }) => hours)).mean;
  const writing = estimate(trials.map(({ decisions }) => decisions)).mean / JOBS_AN_HOUR;
  const quantile = (p: number) => sorted[Math.round(p * (sorted.length - 1))]!;
  return {
    world: landscape,
    policy,
    budget,
    concurrency,
    batch,
    cost,
    hours: Math.max(searching, writing) + comparison,
    limited: writing > searching,
    root: estimate(trials.map(({ root }) => root)).mean,
    mean: estimate(sorted).mean,
    low: quantile(0.1),
    high: quantile(0.9),
    promoted: estimate(trials.map((trial) => Number(trial.promoted))).mean,
    belowRoot: estimate(trials.map(({ shipped, root }) => Number(shipped < root - LOSS))).mean,
  };
}

/** The policy that ships more on average, and the least budget whose outlook in the first world comes near the best. */
function recommend(rows: readonly Outlook[]): { advice: string; policy: string; budget: number } {
  const mean = (policy: string) => estimate(rows.filter((row) => row.policy === policy).map((row) => row.mean)).mean;
  const policy = mean('huxley') >= mean('hgm') ? 'huxley' : 'hgm';
  const hopeful = rows.filter((row) => row.policy === policy && row.world === rows[0]!.world);
  const likely = hopeful.find(({ promoted }) => promoted >= 0.8);
  if (!likely)
    return {
      advice:
        'Advice: no budget up to 800 makes a promotion likely, even where good ideas come often: add held-out tasks first.',
      policy,
      budget: 200,
    };
  const modest = rows.find(
    ({ world, budget, policy: name }) => world !== hopeful[0]!.world && budget === likely.budget && name === policy,
  )!;
  return {
    advice: `Advice: policy ${policy}, budget ${likely.budget} (about $${likely.cost.toFixed(0)} and ${hoursText(likely.hours).trim()}). Expect ${rate(likely.mean)} where ${likely.world}, ${rate(modest.mean)} where ${modest.world}.`,
    policy,
    budget: likely.budget,
  };
}

function rate(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function hoursText(hours: number): string {
  return `${hours < 10 ? hours.toFixed(1) : hours.toFixed(0)} h`.padStart(6);
}
