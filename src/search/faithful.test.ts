import { expect, test } from 'vitest';
import { parseLandscape } from '../simulation/landscape.ts';
import { createWorld } from '../simulation/simulated-world.ts';
import { search } from '../simulation/trial.ts';
import { DURATIONS } from './hours.ts';
import { createPolicy } from './policies.ts';

const landscape = parseLandscape(
  JSON.stringify({
    name: 'heritable',
    kind: 'logit',
    tasks: 60,
    difficulty: { mean: 0, sd: 1.6 },
    discrimination: { logSd: 0 },
    slip: 0,
    taskShift: { sd: 0, inherit: 1 },
    root: { ability: -0.6, drift: 0 },
    drift: { sd: 0.05 },
    mutations: [
      { name: 'broken', weight: 0.1, mean: -1.5, sd: 0.5, drift: 0 },
      { name: 'neutral', weight: 0.65, mean: -0.08, sd: 0.2, drift: 1 },
      { name: 'improving', weight: 0.25, mean: 0.2, sd: 0.3, drift: 1 },
    ],
    failure: 0,
  }),
  'heritable',
);

interface Point {
  estimate: number;
  truth: number;
  weight: number;
}

/**
 * Every expanded variant's estimated productivity (hgm: its clade's rate; the others: its own) and the clade's true one,
 * the best utility among its descendants, weighted by the number of descendants.
 */
function points(policy: string, seed: number): Point[] {
  const jobs = { concurrency: 1, batch: 1, prefer: 'time', durations: DURATIONS } as const;
  const settings = { landscape, budget: 800, seed, expansionCost: 2, confidence: 0.95, ...jobs };
  const { archive, simulated } = search({ ...settings, policy: createPolicy(policy) }, createWorld(landscape, seed));
  const { variants } = archive.search;
  const best = simulated.map(() => Number.NEGATIVE_INFINITY);
  const below = simulated.map(() => 0);
  for (let number = variants.length - 1; number > 0; number--) {
    const { parent } = variants[number]!;
    best[parent] = Math.max(best[parent]!, best[number]!, simulated[number]!.utility);
    below[parent]! += 1 + below[number]!;
  }
  return variants.flatMap((variant, number) => {
    const { resolved, unresolved } = policy === 'hgm' ? variant!.clade : variant!.own;
    if (number === 0 || below[number] === 0 || resolved + unresolved === 0) return [];
    return [{ estimate: resolved / (resolved + unresolved), truth: best[number]!, weight: below[number]! }];
  });
}

function correlation(all: readonly Point[], weighted: boolean): number {
  const weights = all.map(({ weight }) => (weighted ? weight : 1));
  const total = weights.reduce((a, b) => a + b, 0);
  const mean = (value: (point: Point) => number) => all.reduce((sum, p, i) => sum + weights[i]! * value(p), 0) / total;
  const [mx, my] = [mean(({ estimate }) => estimate), mean(({ truth }) => truth)];
  const covariance = mean(({ estimate, truth }) => (estimate - mx) * (truth - my));
  const [vx, vy] = [mean(({ estimate }) => (estimate - mx) ** 2), mean(({ truth }) => (truth - my) ** 2)];
  return covariance / Math.sqrt(vx * vy);
}

test("hgm's estimate follows clade-metaproductivity better than sica's and dgm's (arXiv 2510.21614, Table 1)", () => {
  const of = (policy: string) => {
    const all = Array.from({ length: 10 }, (_, seed) => points(policy, seed)).flat();
    return { weighted: correlation(all, true), unweighted: correlation(all, false) };
  };
  const [hgm, sica, dgm] = [of('hgm'), of('sica'), of('dgm')];
  expect(hgm.weighted).toBeGreaterThan(Math.max(sica.weighted, dgm.weighted));
  expect(hgm.unweighted).toBeGreaterThan(Math.max(sica.unweighted, dgm.unweighted));
});
