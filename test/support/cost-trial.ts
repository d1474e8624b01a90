import { createRng, type Rng } from '../../src/model/rng.ts';
import { bettingP } from '../../src/search/gate/cost/betting.ts';
import { ratioOfMeans } from '../../src/search/gate/cost/ratio.ts';

/** How attempts of two agents at tasks that are unlike each other come out. Every arm is measured `attempts` times on each task. */
export interface CostWorld {
  readonly tasks: number;
  readonly attempts: number;
  /** Chance to resolve a task: the same 1/2, Beta(1/2, 1/2), or 1 for the root. */
  readonly chances: 'even' | 'unlike' | 'sure';
  /** What the variant's mean score is less, in [0, 0.5]. */
  readonly worse: number;
  /** Standard deviations of the logarithm of costs: of tasks, of the root's attempts, of the variant's. */
  readonly spread: readonly [tasks: number, root: number, variant: number];
  /** Of the logarithms of the two arms' costs within a task. */
  readonly correlation: number;
  /** The variant's mean cost, where the root's is 1. */
  readonly ratio: number;
  /** Share of attempts in which the variant loops and costs twenty times as much as otherwise. */
  readonly loops: number;
}

export interface Sample {
  readonly differences: readonly number[];
  readonly root: readonly number[];
  readonly variant: readonly number[];
}

export function draw(world: CostWorld, rng: Rng): Sample {
  const tasks = Array.from({ length: world.tasks }, () => drawTask(world, rng));
  return {
    differences: tasks.map(({ difference }) => difference),
    root: tasks.map(({ root }) => root),
    variant: tasks.map(({ variant }) => variant),
  };
}

function drawTask({ attempts, chances, worse, spread, correlation, ratio, loops }: CostWorld, rng: Rng) {
  const chance = chances === 'even' ? 0.5 : chances === 'sure' ? 1 : rng.beta(0.5, 0.5);
  // In proportion to the chance, whose mean is 1 or 1/2, so that no chance falls below 0.
  const less = chances === 'sure' ? worse : 2 * worse;
  const task = Math.exp(spread[0] * rng.normal());
  const total = { difference: 0, root: 0, variant: 0 };
  for (let attempt = 0; attempt < attempts; attempt++) {
    total.difference += Number(rng.next() < chance * (1 - less)) - Number(rng.next() < chance);
    const common = rng.normal();
    const own = correlation * common + Math.sqrt(1 - correlation ** 2) * rng.normal();
    const looping = (rng.next() < loops ? 20 : 1) / (1 + 19 * loops);
    total.root += task * Math.exp(spread[1] * common - spread[1] ** 2 / 2);
    total.variant += task * ratio * looping * Math.exp(spread[2] * own - spread[2] ** 2 / 2);
  }
  return {
    difference: total.difference / attempts,
    root: total.root / attempts,
    variant: total.variant / attempts,
  };
}

/** Shares of `runs` samples, each from its own random numbers, on which the two tests, and both together, reject at `level`. */
export function rejected(world: CostWorld, rule: { margin: number; saving: number; level: number }, runs: number) {
  const counts = { score: 0, cost: 0, both: 0 };
  for (let run = 0; run < runs; run++) {
    const { differences, root, variant } = draw(world, createRng(run, world.tasks));
    const score = bettingP(differences, -rule.margin, rule.level) <= rule.level;
    const cost = ratioOfMeans(variant, root, 1 - rule.saving, rule.level).p <= rule.level;
    counts.score += Number(score);
    counts.cost += Number(cost);
    counts.both += Number(score && cost);
  }
  return { score: counts.score / runs, cost: counts.cost / runs, both: counts.both / runs };
}
