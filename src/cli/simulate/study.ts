import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { HuxleyError } from '../../model/error.ts';
import { parsePolicy } from '../../search/policies.ts';
import { chart } from '../../simulation/chart.ts';
import type { Landscape } from '../../simulation/landscape.ts';
import { type Jobs, jobsText, paired, type StudyRow, summarize } from '../../simulation/study.ts';
import type { Trial } from '../../simulation/trial.ts';
import { LiveBlock } from '../terminal/live.ts';
import { landscapeNames, loadLandscape } from './landscapes.ts';
import type { SimulateOptions } from './options.ts';
import { runChunks } from './pool.ts';
import { studyTable } from './table.ts';
import type { Chunk } from './worker.ts';

const SEEDS_PER_CHUNK = 10;

/** `huxley simulate`: every policy on every landscape at every budget. */
export async function studyCommand(options: SimulateOptions): Promise<void> {
  const begun = performance.now();
  const names = options.landscape?.flatMap((item) => item.split(',')) ?? landscapeNames();
  const plans = await runStudy(
    names.map((name) => loadLandscape(name)),
    { ...check(options), jobs: jobsOf(options) },
  );
  const reference = options.against === undefined ? undefined : findReference(plans, options.against);
  const rows = plans.map((plan) => rowOf(plan, reference?.(plan)));
  if (options.svg !== undefined) writeFileSync(options.svg, chart(rows));
  if (options.json) for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  else process.stdout.write(studyTable(rows, options, (performance.now() - begun) / 1000));
}

/** What `--concurrency` and `--batch` ask for together. */
export function jobsOf({ concurrency, batch }: SimulateOptions): Jobs[] {
  return concurrency.map((jobs) => ({ batch, ...jobs }));
}

/** One row's runs, in seed order. */
export interface Plan extends Jobs {
  readonly landscape: string;
  readonly policy: string;
  readonly budget: number;
  readonly trials: Trial[];
  seconds: number;
}

export type StudyOptions = Pick<
  SimulateOptions,
  'policy' | 'budget' | 'seeds' | 'firstSeed' | 'prefer' | 'minutes' | 'expansionCost' | 'confidence' | 'threads'
> & { readonly jobs: readonly Jobs[] };

/** Runs a study with a progress display on a terminal. Plans come in the order landscape, budget, jobs, policy. */
export async function runStudy(landscapes: readonly Landscape[], options: StudyOptions): Promise<Plan[]> {
  const policies = options.policy.map((text) => ({ text, ...parsePolicy(text) }));
  const { seeds, firstSeed, prefer, minutes: durations, expansionCost, confidence } = options;
  const plans: Plan[] = [];
  const chunks: Chunk[] = [];
  for (const landscape of landscapes)
    for (const budget of options.budget)
      for (const jobs of options.jobs)
        for (const { text, ...policy } of policies) {
          const labels = { landscape: landscape.name, policy: text, budget, ...jobs };
          const row = plans.push({ ...labels, trials: [], seconds: 0 }) - 1;
          for (let seed = 0; seed < seeds; seed += SEEDS_PER_CHUNK)
            chunks.push({
              row,
              landscape,
              policy,
              budget,
              firstSeed: firstSeed + seed,
              seeds: Math.min(SEEDS_PER_CHUNK, seeds - seed),
              expansionCost,
              ...jobs,
              prefer,
              confidence,
              durations,
            });
        }
  const live = new LiveBlock();
  let finished = 0;
  await runChunks(largestFirst(chunks), options.threads || availableParallelism(), (result) => {
    const plan = plans[result.row]!;
    result.trials.forEach((trial, index) => {
      plan.trials[result.firstSeed - firstSeed + index] = trial;
    });
    plan.seconds += result.seconds;
    finished++;
    live.draw([`simulating  ${finished}/${chunks.length}  ${plan.landscape} ${plan.policy} ${plan.budget}`]);
  });
  live.clear();
  return plans;
}

function rowOf({ trials, seconds, ...labels }: Plan, reference: Plan | undefined): StudyRow {
  const row = summarize(labels, trials, seconds);
  if (!reference || reference.trials === trials) return row;
  const { trials: others, seconds: _, landscape: __, ...versus } = reference;
  return { ...row, versus: { ...versus, ...paired(trials, others) } };
}

function check(options: SimulateOptions): SimulateOptions {
  const refuse = (what: string, remedy: string) => {
    throw new HuxleyError('simulate.option', what, remedy);
  };
  if (options.seeds < 1) refuse('--seeds is 0.', 'Ask for at least one seed.');
  if (options.batch < 1) refuse('--batch is 0.', 'Give 1 or more, or leave it out.');
  if (options.confidence <= 0.5 || options.confidence >= 1)
    refuse(`--confidence is ${options.confidence}.`, 'Give a probability above 0.5 and below 1, e.g. 0.95.');
  return options;
}

/** Finds the plan that one is compared with: of its landscape, and of its own jobs where `--against` names none. */
function findReference(plans: readonly Plan[], against: string): (plan: Plan) => Plan | undefined {
  const [, policy, budget, jobs] = /^(.+?)@(\d+)(?:@(\d+x\d+))?$/.exec(against) ?? [];
  const found = plans.filter((plan) => plan.policy === policy && plan.budget === Number(budget));
  const named = found.filter((plan) => jobs === undefined || jobsText(plan) === jobs);
  if (named.length > 0)
    return (plan) =>
      named.find((other) => other.landscape === plan.landscape && jobsText(other) === (jobs ?? jobsText(plan)));
  throw new HuxleyError(
    'simulate.against',
    `--against ${against} is not a row of this study.`,
    'Write policy@budget, or policy@budget@jobsxtasks, as they are simulated, e.g. hgm@800 or huxley@360@1x1.',
  );
}

/** Long work first, so that no thread is left alone with it. */
function largestFirst(chunks: readonly Chunk[]): Chunk[] {
  const cost = ({ budget, policy, seeds }: Chunk) => budget * seeds * (policy.name === 'huxley' ? 10 : 1);
  return chunks.toSorted((a, b) => cost(b) - cost(a));
}
