import { expect, test } from 'vitest';
import { parseLandscape } from '../../simulation/landscape.ts';
import heritable from '../../simulation/landscapes/heritable-60.json' with { type: 'json' };
import { createWorld } from '../../simulation/simulated-world.ts';
import { search } from '../../simulation/trial.ts';
import { DURATIONS } from '../hours.ts';
import { createPolicy } from '../policies.ts';

/** Where what has several failures in common never comes to a child. */
const landscape = parseLandscape(
  JSON.stringify({ ...heritable, operators: { 'reaction-norm': { failure: 1 } } }),
  'a world where one operator yields nothing',
);

/** Expansions of several runs: how many by the operator that yields nothing, of how many. */
function expansions(learning: number) {
  const found = { useless: 0, all: 0 };
  for (let seed = 1; seed <= 6; seed++) {
    const jobs = { concurrency: 4, batch: 4, prefer: 'balance', durations: DURATIONS } as const;
    const policy = createPolicy('huxley', { learning });
    const settings = { landscape, policy, budget: 150, seed, expansionCost: 2, confidence: 0.95, ...jobs };
    for (const variant of search(settings, createWorld(landscape, seed)).archive.search.variants) {
      found.useless += Number(variant!.operator === 'reaction-norm');
      found.all += Number(variant!.operator !== null);
    }
  }
  return found;
}

test('an operator that yields nothing is taken less and less, and goes on being taken', () => {
  const [learnt, published] = [expansions(1), expansions(0)];
  expect(learnt.useless / learnt.all).toBeLessThan((0.7 * published.useless) / published.all);
  expect(learnt.useless).toBeGreaterThan(0);
});
