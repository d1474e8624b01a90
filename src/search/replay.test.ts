import { expect, test } from 'vitest';
import type { Archive } from '../archive/archive.ts';
import { reduce } from '../archive/reduce.ts';
import type { ArchiveEvent } from '../model/event.ts';
import { parseLandscape } from '../simulation/landscape.ts';
import { createWorld } from '../simulation/simulated-world.ts';
import { search } from '../simulation/trial.ts';
import { DURATIONS } from './hours.ts';
import type { Params, Policy } from './policies/policy.ts';
import { createPolicy, POLICIES } from './policies.ts';
import { inWords, replayDecisions } from './replay.ts';

const landscapeOf = (tasks: number) =>
  parseLandscape(
    JSON.stringify({
      name: 'small',
      kind: 'skill',
      tasks,
      root: { skill: 0.3, drift: 0 },
      drift: { sd: 0.05 },
      noise: { sd: 0.05 },
      failure: 0.1,
    }),
    'small',
  );

interface Recorded {
  readonly budget?: number;
  readonly seed?: number;
  readonly tasks?: number;
  readonly params?: Params;
  /** Sees each event and the policy that decides. */
  readonly seen?: (event: ArchiveEvent, policy: Policy) => void;
}

function record(name: string, { budget = 40, seed = 3, tasks = 8, params = {}, seen }: Recorded = {}): ArchiveEvent[] {
  const events: ArchiveEvent[] = [];
  const policy = createPolicy(name, params);
  const landscape = landscapeOf(tasks);
  const jobs = { concurrency: 3, batch: 2, prefer: 'balance', durations: DURATIONS } as const;
  const settings = { landscape, budget, seed, expansionCost: 2, confidence: 0.95, ...jobs };
  const happened = (event: ArchiveEvent) => {
    seen?.(event, policy);
    events.push(event);
  };
  search({ ...settings, policy, record: happened }, createWorld(landscape, seed));
  return JSON.parse(JSON.stringify(events)) as ArchiveEvent[];
}

test.each(POLICIES.map(({ name }) => name))('%s decides the same again, to the letter', (name) => {
  const replayed = [...replayDecisions(record(name))];
  expect(replayed.length).toBeGreaterThan(10);
  expect(replayed.filter(({ same }) => !same)).toEqual([]);
});

test.each([11, 19])('huxley decides the same again where its belief was read between decisions: seed %i', (seed) => {
  let archive: Archive | null = null;
  const seen = (event: ArchiveEvent, policy: Policy) => {
    archive = reduce(archive, event);
    // As a dashboard does.
    policy.worthOf!(archive.search)(0);
  };
  // Half of the budget verifies, on many tasks of which one tells little more than another.
  const replayed = [
    ...replayDecisions(record('huxley', { budget: 60, seed, tasks: 40, params: { verifyShare: 0.5 }, seen })),
  ];
  expect(replayed.filter(({ same }) => !same)).toEqual([]);
});

test('a policy that does not go by predictions decides the same whatever diagnoses predicted', () => {
  const name = 'hgm';
  const predicted = [{ task: 't0', change: 'fix', chance: 0.9 }] as const;
  const events = record(name).map((event) => (event.type === 'expansion.made' ? { ...event, predicted } : event));
  expect(events.filter((event) => 'predicted' in event).length).toBeGreaterThan(0);
  expect([...replayDecisions(events)].filter(({ same }) => !same)).toEqual([]);
});

test('another policy is asked what it would have done', () => {
  const [first, ...rest] = replayDecisions(record('hgm'), 'random');
  expect(inWords(first!.again)).toBe('evaluate v0 on t0, t1 (root)');
  expect(rest.some(({ same }) => !same)).toBe(true);
});

test('a changed decision is found', () => {
  const events = record('hgm').map((event) =>
    event.type === 'decision.made' && event.n === 6
      ? { ...event, decision: { ...event.decision, reason: { text: 'forged', candidates: [] } } }
      : event,
  );
  expect([...replayDecisions(events)].filter(({ same }) => !same).map(({ n }) => n)).toEqual([6]);
});

test('parameters are also read by the names 0.1 had for them, and given out by those of today', () => {
  const former = { enough: 4, least: 1, sure: 0.9, late: 0.1, width: 1, kin: 0, fertility: 1 };
  const today = {
    expandAfter: 4,
    minEvaluations: 1,
    workingProbability: 0.9,
    verifyShare: 0.1,
    verifyOptimism: 1,
    driftOptimism: 0,
    expansionYield: 1,
  };
  expect(createPolicy('huxley', former).spec).toEqual(createPolicy('huxley', today).spec);
  expect(createPolicy('huxley', former).spec.params).toMatchObject(today);
  expect(() => createPolicy('huxley', { enough: 4, expandAfter: 5 })).toThrow(
    "'enough' is a former name of 'expandAfter', and both are given.",
  );
  expect(Object.keys(createPolicy('huxley').spec.params)).not.toContain('kin');
});
