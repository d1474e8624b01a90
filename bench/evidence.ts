import type { GateRules, GateVerdict } from '../src/model/gate/verdict.ts';
import { createRng } from '../src/model/rng.ts';
import { normalCdf, normalQuantile } from '../src/search/belief/special.ts';
import { allowance, CHOSEN, type Opening } from '../src/search/gate/ledger.ts';
import type { Judged } from '../src/search/gate/rounds.ts';
import { levelAtEnd } from '../src/search/gate/sequential.ts';
import { type Chances, simulateComparison, type TaskMix, taskMix } from '../src/simulation/comparison.ts';

/**
 * What the held-out comparison promises, checked by simulation through the functions of real runs: error with nothing to find, also
 * when somebody peeks and over many runs, coverage of the intervals, power, and evaluations spent.
 * Arguments: runs a line (default 10,000) and seed (default 1).
 */
const runs = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? 1);
const TASKS = 33;
const LEVEL = 0.05;
/** What the first comparison of a repository is granted of 5 %. */
const FIRST = allowance([], 's', ['t'], LEVEL, 'share').level;

const rules = (evaluations: number, test: GateRules['test'] = 'sequential'): GateRules => ({
  test,
  evaluations,
  promise: 'share',
});
const mix = (gain: number, more: Partial<TaskMix> = {}): TaskMix => ({
  tasks: TASKS,
  root: 0.4,
  gain,
  spread: 3,
  own: 0.4,
  ...more,
});

interface Line {
  readonly passes: number;
  readonly evaluations: number;
  /** Shares of intervals that hold the gain on the very tasks, and over all tasks like them. */
  readonly here: number;
  readonly alike: number;
  readonly peeked: number;
}

function line(chances: (run: number) => Chances, gain: number, rule: GateRules, level: number, peeks = false): Line {
  const sum = { passes: 0, evaluations: 0, here: 0, alike: 0, peeked: 0 };
  for (let run = 0; run < runs; run++) {
    const set = chances(run);
    let peeked = false;
    const peek = (verdict: GateVerdict) => {
      peeked ||= verdict.passed;
    };
    const verdict = simulateComparison(
      set,
      { rules: rule, level, ...(peeks ? { peek } : {}) },
      createRng(seed + 7, run),
    );
    const { here, alike, evaluations } = verdict.evidence!;
    const onThese = mean(set.variant) - mean(set.root);
    sum.passes += Number(verdict.passed);
    sum.peeked += Number(peeked);
    sum.evaluations += evaluations;
    sum.here += Number(here.lower <= onThese && onThese <= here.upper);
    sum.alike += Number(alike.lower <= gain && gain <= alike.upper);
  }
  const share = (value: number) => value / runs;
  return {
    passes: share(sum.passes),
    evaluations: share(sum.evaluations),
    here: share(sum.here),
    alike: share(sum.alike),
    peeked: share(sum.peeked),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** A line for a mix, each run on a set of its own; `exact` fixes the gain on that very set. */
function lineOf(of: TaskMix, rule: GateRules, level: number, exact = false, peeks = false): Line {
  const draw = taskMix(of);
  return line((run) => draw(createRng(seed, run), exact), of.gain, rule, level, peeks);
}

function show(name: string, { passes, evaluations, here, alike, peeked }: Line): Line {
  const text = [passes, peeked, here, alike].map((value) => `${(100 * value).toFixed(1)} %`.padStart(8)).join('');
  console.log(`${name.padEnd(66)}${text}${evaluations.toFixed(0).padStart(8)}`);
  return { passes, evaluations, here, alike, peeked };
}

function head(text: string): void {
  console.log(`\n${text}\n${''.padEnd(66)}  passes  peeked    here   alike   spent`);
}

head(`Nothing to find (${runs.toLocaleString('en')} runs a line; at most 5 % may pass)`);
const same: [string, TaskMix][] = [
  ['identical agents, 33 tasks', mix(0, { own: 0 })],
  ['all tasks a coin, 33 tasks', mix(0, { own: 0, spread: 0, root: 0.5 })],
  ['another agent, better here and worse there, 33 tasks', mix(0, { own: 1.5 })],
  ['better on half of the tasks, worse on the other half', mix(0, { own: 3, spread: 1 })],
  ['12 tasks', mix(0, { tasks: 12 })],
  ['100 tasks', mix(0, { tasks: 100 })],
  ['a strong agent: .8', mix(0, { root: 0.8 })],
];
for (const [name, of] of same)
  for (const evaluations of [200, 400])
    show(`${name}, ${evaluations} evaluations`, lineOf(of, rules(evaluations), LEVEL, true, true));
const sure = (up: number, down: number): Chances => ({
  root: Array.from({ length: TASKS }, (_, task) => (task < down ? 1 : 0)),
  variant: Array.from({ length: TASKS }, (_, task) => (task >= down && task < down + up ? 1 : 0)),
});
show(
  '8 tasks surely fixed, 8 surely broken, 400 evaluations',
  line(() => sure(8, 8), 0, rules(400), LEVEL, true),
);

head('A true gain (root .40, 33 tasks of which few waver)');
for (const level of [LEVEL, FIRST])
  for (const evaluations of [200, 400])
    for (const gain of [0.05, 0.1, 0.15, 0.2])
      show(
        `${(100 * gain).toFixed(0)} points, ${evaluations} evaluations, level ${level.toFixed(2)}`,
        lineOf(mix(gain), rules(evaluations), level),
      );
show('10 points, one look at 66 evaluations (exact McNemar)', lineOf(mix(0.1), rules(66, 'mcnemar'), LEVEL));

head('The fixed plan of equal power at 10 points, and what each spends');
const sequential = lineOf(mix(0.1), rules(400), LEVEL);
let fixed = 66;
while (lineOf(mix(0.1), rules(fixed, 'mcnemar'), LEVEL).passes < sequential.passes - 0.005 && fixed < 660) fixed += 66;
show(`fixed: ${fixed} evaluations`, lineOf(mix(0.1), rules(fixed, 'mcnemar'), LEVEL));
for (const gain of [0.2, 0]) {
  const spent = show(`sequential, ${100 * gain} points, at most 400`, lineOf(mix(gain), rules(400), LEVEL)).evaluations;
  console.log(`  ${(100 * (1 - spent / fixed)).toFixed(0)} % fewer than the fixed plan`);
}

const nothing = taskMix(mix(0));

console.log(
  '\nA buyer of more evidence (`/huxley prove`, three times) with nothing to find, who knows the sum and picks the best size',
);
const SIZES = Array.from({ length: 28 }, (_, i) => 2 * TASKS * (i + 1));
/** Chance of passing by `evaluations` more if there is no gain, in the normal approximation. */
function luck({ seen, progress }: Judged, evaluations: number, level: number): number {
  const pairs = seen.rounds.flat();
  const sum = pairs.reduce((a, b) => a + b, 0);
  const variance = pairs.reduce((a, b) => a + b * b, 1);
  const left = evaluations / progress.done;
  const needed = normalQuantile(1 - level) * Math.sqrt(variance * (1 + left)) - sum;
  return 1 - normalCdf(needed / Math.sqrt(variance * left));
}
for (const [name, of] of same.slice(0, 3))
  for (const picks of [false, true]) {
    let passes = 0;
    let granted = 0;
    const draw = taskMix(of);
    for (let run = 0; run < runs; run++) {
      const heldOut = Array.from({ length: TASKS }, (_, task) => `t${task}`);
      const opening: Opening = {
        run: 'r1',
        variant: 'v1',
        at: '',
        suite: 's',
        heldOut,
        spent: FIRST,
        passed: false,
        tree: null,
      };
      let spent = FIRST;
      let bought = 0;
      const prove = (judged: Judged) => {
        if (bought++ === 3) return null;
        const level = allowance([{ ...opening, spent }], 's', heldOut, LEVEL, 'any').level / CHOSEN;
        spent += CHOSEN * level;
        const { done, grants } = judged.progress;
        const total = levelAtEnd({ grants }, done) + level;
        const chances = SIZES.map((size) => luck(judged, size, total));
        return { level, evaluations: picks ? SIZES[chances.indexOf(Math.max(...chances))]! : 200 };
      };
      passes += Number(
        simulateComparison(
          draw(createRng(seed, run), true),
          { rules: rules(200), level: FIRST, prove },
          createRng(seed + 7, run),
        ).passed,
      );
      granted = spent;
    }
    console.log(
      `  ${name}, ${picks ? 'the size picked' : '200 more each time'}: ${((100 * passes) / runs).toFixed(1)} % pass of ${(100 * granted).toFixed(1)} % granted`,
    );
  }
console.log('\nFifty runs in a row on one held-out set with nothing to find');
for (const promise of ['share', 'any'] as const) {
  const repositories = Math.max(200, Math.round(runs / 50));
  let any = 0;
  let merges = 0;
  const heldOut = Array.from({ length: TASKS }, (_, task) => `t${task}`);
  for (let repository = 0; repository < repositories; repository++) {
    const openings: Opening[] = [];
    for (let run = 0; run < 50; run++) {
      const rng = createRng(seed + 100 + repository, run);
      const { level } = allowance(openings, 's', heldOut, LEVEL, promise);
      const { passed } = simulateComparison(nothing(rng, true), { rules: rules(200), level }, rng);
      openings.push({
        run: `r${run}`,
        variant: 'v1',
        at: '',
        suite: 's',
        heldOut,
        spent: level,
        passed,
        tree: `${run}`,
      });
    }
    const passed = openings.filter((opening) => opening.passed).length;
    any += Number(passed > 0);
    merges += passed;
  }
  console.log(
    `  promise ${promise}: any false merge in ${((100 * any) / repositories).toFixed(1)} % of ${repositories} repositories, ${(merges / repositories).toFixed(3)} false merges each`,
  );
}
