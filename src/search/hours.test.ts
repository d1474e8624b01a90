import { expect, test } from 'vitest';
import type { Prefer } from '../model/event.ts';
import { parseLandscape } from '../simulation/landscape.ts';
import heritable from '../simulation/landscapes/heritable-60.json' with { type: 'json' };
import { runTrial } from '../simulation/trial.ts';
import { DURATIONS, expectedHours, measuringMinutes } from './hours.ts';
import { createPolicy } from './policies.ts';

const landscape = parseLandscape(JSON.stringify(heritable), 'heritable-60');
const expected = (policy: string, budget: number, concurrency: number, batch: number, prefer?: Prefer) =>
  expectedHours({
    policy: { name: policy, params: {} },
    budget,
    expansionCost: 2,
    concurrency,
    batch,
    ...(prefer && { prefer }),
    tasks: Array.from({ length: 60 }, (_, task) => `t${task}`),
    heldOut: [],
  });

test.each<[policy: string, budget: number, concurrency: number, batch: number, prefer: Prefer]>([
  ['huxley', 60, 8, 4, 'balance'],
  ['huxley', 200, 1, 1, 'balance'],
  ['huxley', 200, 8, 4, 'balance'],
  ['huxley', 200, 32, 4, 'balance'],
  ['huxley', 800, 8, 4, 'balance'],
  ['huxley', 200, 8, 4, 'time'],
  ['huxley', 800, 32, 4, 'time'],
  ['huxley', 200, 8, 4, 'cost'],
  ['hgm', 200, 8, 4, 'balance'],
])(
  '%s with a budget of %i, %ix%i jobs, saving %s, takes about as long as simulated',
  (name, budget, concurrency, batch, prefer) => {
    const policy = createPolicy(name);
    const trial = (seed: number) =>
      runTrial({
        landscape,
        policy,
        budget,
        seed,
        expansionCost: 2,
        concurrency,
        prefer,
        batch,
        confidence: 0.95,
        durations: DURATIONS,
      });
    const simulated = [1, 2, 3].reduce((sum, seed) => sum + trial(seed).hours / 3, 0);
    expect(expected(name, budget, concurrency, batch, prefer) / simulated).toBeGreaterThan(2 / 3);
    expect(expected(name, budget, concurrency, batch, prefer) / simulated).toBeLessThan(3 / 2);
  },
);

test('measuring goes by rounds of full jobs', () => {
  const even = { start: 1, expansion: 10, task: 5, spread: 0 };
  expect(measuringMinutes(even, 60, { concurrency: 8, batch: 4 })).toBe(2 * (1 + 4 * 5));
  expect(measuringMinutes(even, 3, { concurrency: 8, batch: 4 })).toBe(1 + 3 * 5);
  expect(measuringMinutes(even, 0, { concurrency: 8, batch: 4 })).toBe(0);
});
