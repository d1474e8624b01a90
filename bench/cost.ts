import { narrowestMargin } from '../src/search/gate/cost/betting.ts';
import { type CostWorld, rejected } from '../test/support/cost-trial.ts';

/**
 * How often the two tests of goal `cost` reject, at level 0.05: where the variant is worse by just the margin and saves just what
 * it has to, which may be no more than the level; where costs are of a kind no test can hold its level for; and where it should pass.
 * Arguments: samples for each line (default 10000; a fifth of them for power) and numbers of tasks (default 12,33,100). Takes a
 * quarter of an hour.
 */
const LEVEL = 0.05;
const [runs = '10000', sizes = '12,33,100'] = process.argv.slice(2);
const BASE: CostWorld = {
  tasks: 33,
  attempts: 1,
  chances: 'unlike',
  worse: 0,
  spread: [1, 1, 1],
  correlation: 0,
  ratio: 0.7,
  loops: 0,
};

table('at the boundary of both nulls: score and cost each at most 0.05', 0.1, 0.2, [
  ['chances alike, sigma 1', { chances: 'even', worse: 0.1, ratio: 0.8 }],
  ['chances unlike, sigma 1.5', { worse: 0.1, ratio: 0.8, spread: [1, 1.5, 1.5] }],
  ['losses alone, arms correlated 0.5', { chances: 'sure', worse: 0.1, ratio: 0.8, correlation: 0.5 }],
  ['the same, sigma 1.5', { chances: 'sure', worse: 0.1, ratio: 0.8, correlation: 0.5, spread: [1, 1.5, 1.5] }],
  ['tasks much unlike, sigma 1', { worse: 0.1, ratio: 0.8, spread: [2, 1, 1] }],
  ['three attempts', { worse: 0.1, ratio: 0.8, attempts: 3 }],
  ['three attempts, sigma 1.5', { worse: 0.1, ratio: 0.8, attempts: 3, spread: [1, 1.5, 1.5] }],
]);
table('the same with margin 0.05: score at most 0.05', 0.05, 0.2, [
  ['chances unlike', { worse: 0.05, ratio: 0.8 }],
  ['losses alone', { chances: 'sure', worse: 0.05, ratio: 0.8 }],
]);
table('cost at its boundary, the variant’s costs of another shape than the root’s: not held', 0.1, 0.2, [
  ['root sigma 0.5, variant 1', { ratio: 0.8, spread: [1, 0.5, 1] }],
  ['root sigma 1, variant 0.5', { ratio: 0.8, spread: [1, 1, 0.5] }],
  ['1 in 20 loops, sigma 0.5', { ratio: 0.8, spread: [1, 0.5, 0.5], loops: 0.05 }],
  ['the same, three attempts', { ratio: 0.8, spread: [1, 0.5, 0.5], loops: 0.05, attempts: 3 }],
]);
for (const [margin, saving] of [
  [0.05, 0.1],
  [0.1, 0.2],
] as const)
  table(
    `power: equal score, 30 % cheaper, margin ${margin}, saving ${saving}`,
    margin,
    saving,
    [
      ['sigma 1', {}],
      ['sigma 1.5', { spread: [1, 1.5, 1.5] }],
      ['sigma 0.5', { spread: [1, 0.5, 0.5] }],
      ['three attempts, sigma 1', { attempts: 3 }],
      ['three attempts, sigma 0.5', { attempts: 3, spread: [1, 0.5, 0.5] }],
      ['the same, half the cost', { attempts: 3, spread: [1, 0.5, 0.5], ratio: 0.5 }],
      ['the root resolves all, sigma 0.5', { chances: 'sure', spread: [1, 0.5, 0.5] }],
    ],
    Number(runs) / 5,
  );

console.log('\nnarrowest margin any test can show');
for (const n of sizes.split(','))
  console.log(`  ${n.padStart(3)} tasks: ${narrowestMargin(Number(n), LEVEL).toFixed(3)}`);

function table(
  title: string,
  margin: number,
  saving: number,
  lines: [name: string, world: Partial<CostWorld>][],
  samples = Number(runs),
): void {
  const error = Math.sqrt((LEVEL * (1 - LEVEL)) / samples);
  console.log(`\n${title} (${samples} samples, standard error of 0.05: ${error.toFixed(4)})`);
  console.log(`${' '.repeat(36)}tasks   score    cost    both`);
  for (const [name, world] of lines)
    for (const tasks of sizes.split(',').map(Number)) {
      const { score, cost, both } = rejected({ ...BASE, ...world, tasks }, { margin, saving, level: LEVEL }, samples);
      const shares = [score, cost, both].map((share) => share.toFixed(4).padStart(8));
      console.log(`  ${name.padEnd(34)}${String(tasks).padStart(5)}${shares.join('')}`);
    }
}
