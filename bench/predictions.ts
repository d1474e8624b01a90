import { loadLandscape } from '../src/cli/simulate/landscapes.ts';
import type { PredictionRecord } from '../src/model/memory/prediction.ts';
import { DURATIONS } from '../src/search/hours.ts';
import { createPolicy, parsePolicy } from '../src/search/policies.ts';
import { estimate } from '../src/simulation/study.ts';
import { runTrial } from '../src/simulation/trial.ts';

/**
 * What going by predictions adds to what is shipped, in repositories whose every run takes over the record of those before it: a policy
 * against another in the same worlds, for the first half of the runs and for the later one. Accuracy: how often, of two children, the
 * one of which more was predicted gains more. Named: by how many logits the tasks that a prediction names become easier.
 */
const [
  worlds = 'heritable-60,rugged-120,skill-drift,rare-leaps-60,fragile-80,high-start-50',
  repositories = '20',
  runs = '8',
  first = '1',
  accuracies = '0.61,0.5,0.39',
  jobs = '1x1',
  named = '0',
  policy = 'huxley',
  against = 'huxley:trust=0',
  budget = '200',
] = process.argv.slice(2);
const [concurrency, batch] = jobs.split('x').map(Number) as [number, number];
const HALF = Number(runs) / 2;

function run(world: string, accuracy: number, seed: number, text: string, predictions?: PredictionRecord) {
  const { name, params } = parsePolicy(text);
  const how = {
    concurrency,
    batch,
    prefer: 'balance',
    durations: DURATIONS,
    expansionCost: 2,
    confidence: 0.95,
  } as const;
  return runTrial({
    ...how,
    landscape: { ...loadLandscape(world), predictions: { accuracy, named: Number(named) } },
    policy: createPolicy(name, params),
    budget: Number(budget),
    seed,
    ...(predictions && { predictions }),
  });
}

/** Differences run by run, and the records at the end. */
function compare(world: string, accuracy: number) {
  const [fresh, later, records]: [number[], number[], PredictionRecord[]] = [[], [], []];
  for (let repository = 0; repository < Number(repositories); repository++) {
    let record: PredictionRecord = { squares: 0, products: 0 };
    for (let n = 0; n < Number(runs); n++) {
      const seed = Number(first) + repository * 1_000 + n;
      const own = run(world, accuracy, seed, policy, record);
      const other = run(world, accuracy, seed, against, record);
      (n < HALF ? fresh : later).push(own.shipped - other.shipped);
      record = {
        squares: record.squares + (own.predictions?.squares ?? 0),
        products: record.products + (own.predictions?.products ?? 0),
      };
    }
    records.push(record);
  }
  return { fresh, later, records };
}

const text = (values: readonly number[]) => {
  const { mean, se } = estimate(values);
  return `${mean.toFixed(4).padStart(7)} (${se.toFixed(4)})`;
};
console.log(`${policy} against ${against}, ${jobs}, budget ${budget}, ${repositories} repositories of ${runs} runs`);
console.log('accuracy world             first half         later half   record: slope in logits, standard errors');
for (const accuracy of accuracies.split(',')) {
  const all = worlds.split(',').map((world) => {
    const found = compare(world, Number(accuracy));
    const mean = (of: (record: PredictionRecord) => number) => estimate(found.records.map(of)).mean;
    const slope = mean(({ squares, products }) => products / squares).toFixed(3);
    const errors = mean(({ squares, products }) => products / Math.sqrt(squares) / 0.4).toFixed(1);
    console.log(
      `${accuracy.padEnd(8)} ${world.padEnd(15)} ${text(found.fresh)} ${text(found.later)}   ${slope}, ${errors}`,
    );
    return found;
  });
  console.log(
    `${accuracy.padEnd(8)} ${'all'.padEnd(15)} ${text(all.flatMap(({ fresh }) => fresh))} ${text(all.flatMap(({ later }) => later))}`,
  );
}
