import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectPath } from '../../../environment/project.ts';
import type { ArchiveEvent, Prefer } from '../../../model/event.ts';
import { parseLandscape } from '../../../simulation/landscape.ts';
import { runTrial, type Trial } from '../../../simulation/trial.ts';
import { DURATIONS } from '../../hours.ts';
import { createPolicy, policyOf } from '../../policies.ts';

const path = projectPath('src', 'simulation', 'landscapes', 'heritable-60.json');
const landscape = parseLandscape(readFileSync(path, 'utf8'), path);

function run(concurrency: number, prefer: Prefer, seed: number, params = {}): { trial: Trial; events: ArchiveEvent[] } {
  const events: ArchiveEvent[] = [];
  const trial = runTrial({
    landscape,
    policy: createPolicy('huxley', params),
    budget: 200,
    seed,
    expansionCost: 2,
    concurrency,
    prefer,
    batch: 4,
    confidence: 0.95,
    durations: DURATIONS,
    record: (event) => events.push(event),
  });
  return { trial, events };
}

/** Decisions by what they say, as a journal keeps them. */
const decisions = (events: readonly ArchiveEvent[]) =>
  JSON.stringify(events.flatMap((event) => (event.type === 'decision.made' ? [event.decision] : [])));

test('with one job at a time nothing is in flight, and what is meant for it changes nothing', () => {
  for (const prefer of ['cost', 'balance', 'time'] as const)
    expect(decisions(run(1, prefer, 3).events)).toBe(decisions(run(1, 'time', 3, { crowding: 0 }).events));
});

test('a run from before goes on without', () => {
  const settled = policyOf({ name: 'huxley', params: {} }).spec.params;
  expect(settled.crowding).toBe(0);
  expect(decisions(run(8, 'cost', 3, { crowding: 0 }).events)).toBe(
    decisions(run(8, 'time', 3, { crowding: 0 }).events),
  );
});

test('what is in flight counts: fewer children of one variant at once, and what is shipped is better', () => {
  const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
  const mean = (params: object) =>
    seeds.reduce((sum, seed) => sum + run(8, 'time', seed, params).trial.shipped, 0) / 12;
  expect(mean({})).toBeGreaterThan(mean({ crowding: 0 }));
  /** Other expansions of the same variant in flight when one is ordered, on average. */
  const besides = (events: readonly ArchiveEvent[]) => {
    const parents = new Map<string, string>();
    const counts: number[] = [];
    for (const event of events) {
      if (event.type === 'expansion.made' || event.type === 'expansion.failed') parents.delete(event.job);
      if (event.type !== 'expansion.ordered') continue;
      counts.push([...parents.values()].filter((parent) => parent === event.parent).length);
      parents.set(event.job, event.parent);
    }
    return counts.reduce((a, b) => a + b) / counts.length;
  };
  expect(besides(run(8, 'time', 1).events)).toBeLessThan(besides(run(8, 'time', 1, { crowding: 0 }).events) / 2);
});

test('preferring cost takes longer than balance, and that longer than time; all use the budget', () => {
  const [cost, balance, time] = (['cost', 'balance', 'time'] as const).map((prefer) => run(8, prefer, 2).trial);
  expect(cost!.hours).toBeGreaterThan(balance!.hours);
  expect(balance!.hours).toBeGreaterThan(time!.hours);
  for (const { evaluations, expansions } of [cost!, balance!, time!])
    expect(evaluations + 2 * expansions).toBeGreaterThanOrEqual(198);
});
