import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Archive, budgetLeft } from '../archive/archive.ts';
import { reduce, replay } from '../archive/reduce.ts';
import { resolvedOf } from '../archive/tries.ts';
import type { Decision } from '../model/decision.ts';
import type { ArchiveEvent } from '../model/event.ts';
import { createRng, type Rng } from '../model/rng.ts';
import { decide } from './decide.ts';
import { createPolicy, POLICIES } from './policies.ts';

const started = (change: Partial<Extract<ArchiveEvent, { type: 'run.started' }>> = {}): ArchiveEvent => ({
  type: 'run.started',
  run: 'r1',
  seed: 5,
  policy: { name: 'hgm', params: {} },
  budget: 60,
  expansionCost: 2,
  concurrency: 1,
  batch: 1,
  costUSD: null,
  suite: { name: 'tasks', digest: 'sha256:0' },
  tasks: ['a', 'b', 'c', 'd', 'e', 'f'],
  heldOut: ['x', 'y'],
  root: { sha: 'f'.repeat(40), tree: 'e'.repeat(40) },
  confidence: 0.95,
  ...change,
});

/** The events that order a decision's work. */
function order(decision: Decision, n: number): ArchiveEvent[] {
  const job = `j${n}`;
  if (decision.type === 'expand') {
    const { variant, parent, operator } = decision;
    return [{ type: 'expansion.ordered', job, decision: n, variant, parent, operator }];
  }
  if (decision.type !== 'evaluate') return [];
  const { variant, tasks, round = 0 } = decision;
  return [{ type: 'evaluation.ordered', job, decision: n, variant, tasks, split: 'search', round }];
}

/** Ends one random piece of work in flight, sometimes without a result. */
function land(archive: Archive, world: Rng): ArchiveEvent {
  const jobs = [...archive.jobs.values()];
  const { job, kind, variant, round, tasks } = jobs[world.below(jobs.length)]!;
  const luck = world.next();
  const reason = 'the runner died';
  const paid = { costUSD: 0.25, seconds: 1 };
  if (kind === 'expand') {
    if (luck < 0.1) return { type: 'expansion.lost', job, variant, reason };
    if (luck < 0.3) return { type: 'expansion.failed', job, variant, stage: 'check', reason, ...paid };
    return { type: 'expansion.made', job, variant, sha: 's', tree: 't', summary: 'x', ...paid };
  }
  const pair = { job, variant, task: tasks[world.below(tasks.length)]!, split: 'search' as const, round };
  if (luck < 0.1) return { type: 'evaluation.noResult', ...pair, reason };
  return { type: 'evaluation.done', ...pair, outcome: world.next() < 0.4 ? 'resolved' : 'timeout', ...paid };
}

/** A whole run against a world of chance: its events, and the archive after them. */
function run(policyName: string, settings: ArchiveEvent, worldSeed: number) {
  const policy = createPolicy(policyName);
  const world = createRng(worldSeed);
  const events: ArchiveEvent[] = [];
  let archive = replay([settings]);
  const happen = (event: ArchiveEvent) => {
    events.push(event);
    archive = reduce(archive, event);
    expect(archive.ignored).toEqual([]);
  };
  for (let step = 0; step < 2_000; step++) {
    const decision = decide(archive, policy);
    expect(decision.reason.text).not.toBe('');
    if (decision.type === 'wait') {
      happen(land(archive, world));
      continue;
    }
    const n = archive.decisions;
    happen({ type: 'decision.made', n, decision: structuredClone(decision) });
    if (decision.type === 'stop') return { events: [settings, ...events], archive, shipped: decision.shipped };
    for (const event of order(decision, n)) happen(event);
    expect(budgetLeft(archive)).toBeGreaterThanOrEqual(0);
    expect(archive.jobs.size).toBeLessThanOrEqual(archive.settings.concurrency);
    while (archive.jobs.size > 0 && world.next() < 0.5) happen(land(archive, world));
  }
  throw new Error('the run does not end');
}

const shape = fc.record({
  policy: fc.constantFrom(...POLICIES.map(({ name }) => name)),
  budget: fc.integer({ min: 0, max: 60 }),
  expansionCost: fc.constantFrom(0, 1, 2, 2.5, 5),
  concurrency: fc.integer({ min: 1, max: 5 }),
  batch: fc.integer({ min: 1, max: 4 }),
  rules: fc.constantFrom(1, 2, 3, 4),
  repeats: fc.integer({ min: 1, max: 3 }),
  world: fc.nat(),
});

test('budgets are never overrun, no round of a pair is evaluated twice, and a replay decides the same to the letter', () => {
  fc.assert(
    fc.property(shape, ({ policy, world, ...settings }) => {
      const { events, archive } = run(policy, started(settings), world);
      expect(archive.search.variants[0]!.own.resolved).toBeGreaterThanOrEqual(0);
      const pairs = new Set<string>();
      for (const event of events)
        if (event.type === 'evaluation.done') {
          expect(pairs.has(`${event.variant} ${event.task} ${event.round}`)).toBe(false);
          pairs.add(`${event.variant} ${event.task} ${event.round}`);
        }
      for (const variant of archive.search.variants)
        for (const task of variant?.cells.keys() ?? []) {
          const { n } = resolvedOf(variant!, task);
          expect(n).toBeLessThanOrEqual(variant!.number === 0 ? settings.repeats : settings.rules === 1 ? 1 : 5);
        }
      let again: Archive | null = null;
      const fresh = createPolicy(policy);
      for (const event of events) {
        if (event.type === 'decision.made') expect(structuredClone(decide(again!, fresh))).toEqual(event.decision);
        again = reduce(again, event);
      }
    }),
    { numRuns: 60 },
  );
});

test('the root is measured as often as the run says, round by round', () => {
  const policy = createPolicy('hgm');
  let archive = replay([started({ batch: 4, repeats: 2 })]);
  const asked: string[] = [];
  for (;;) {
    const decision = decide(archive, policy);
    if (decision.type !== 'evaluate' || decision.phase !== 'root') break;
    asked.push(`${decision.tasks.join('')} ${decision.round ?? 0}`);
    const [ordered] = order(decision, archive.decisions);
    archive = reduce(reduce(archive, { type: 'decision.made', n: archive.decisions, decision }), ordered!);
    const world = createRng(2);
    while (archive.jobs.size > 0) archive = reduce(archive, land(archive, world));
  }
  expect(asked).toEqual(['abcd 0', 'ef 0', 'abcd 1', 'ef 1']);
  expect(budgetLeft(archive)).toBe(60);
});

test('a calibration measures the root alone, as often as it says, whatever else the run has, and stops with it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...POLICIES.map(({ name }) => name)),
      fc.nat(),
      fc.constantFrom(2, 4),
      (policy, seed, attempts) => {
        const settings = started({
          policy: createPolicy(policy).spec,
          calibrate: { attempts, gradings: 3 },
          repeats: 3,
          costUSD: 0.5,
        });
        const { archive, events } = run(policy, settings, seed);
        const decisions = events.flatMap((event) => (event.type === 'decision.made' ? [event.decision] : []));
        expect(decisions.slice(0, -1).every(({ type }) => type === 'evaluate')).toBe(true);
        expect(decide(archive, createPolicy(policy))).toMatchObject({ type: 'stop', shipped: 'v0' });
        const { own, cells } = archive.search.variants[0]!;
        expect(own.resolved + own.unresolved).toBeLessThanOrEqual(attempts * cells.length);
        expect([archive.search.variants.length, archive.search.evaluations]).toEqual([1, 0]);
        const stopping = reduce(archive, { type: 'run.stopping', by: 'ada', reason: 'asked to' });
        expect(decide(stopping, createPolicy(policy))).toMatchObject({ type: 'stop', shipped: 'v0' });
      },
    ),
    { numRuns: 30 },
  );
});

test('the root comes first, outside the budget', () => {
  const archive = replay([started({ batch: 4 })]);
  expect(decide(archive, createPolicy('hgm'))).toMatchObject({
    type: 'evaluate',
    variant: 'v0',
    tasks: ['a', 'b', 'c', 'd'],
    phase: 'root',
  });
});

test('a root that solves nothing is expanded all the same', () => {
  const tasks = ['a', 'b', 'c', 'd', 'e', 'f'];
  const measured: ArchiveEvent[] = tasks.map((task) => ({
    type: 'evaluation.done',
    job: 'j',
    variant: 'v0',
    task,
    split: 'search',
    outcome: 'unresolved',
    costUSD: 1,
    seconds: 1,
  }));
  for (const { name } of POLICIES)
    expect(decide(replay([started(), ...measured]), createPolicy(name)).type, name).toBe(
      name === 'hgm-released' ? 'stop' : 'expand',
    );
  const broke = replay([started({ costUSD: 10 }), ...measured]);
  expect(decide(broke, createPolicy('hgm'))).toMatchObject({ type: 'stop', shipped: 'v0' });
  expect(decide(broke, createPolicy('hgm')).reason.text).toBe(
    '$6.00 of $10.00 is spent and $4.00 is kept for the held-out comparison; v0 is best-belief of 1 variant',
  );
});

test('money is kept for a whole round of the comparison: for the most its last task may cost, and for what is in flight', () => {
  const cost = { costUSD: 1, seconds: 1 };
  const measured = ['a', 'b', 'c', 'd', 'e', 'f'].map(
    (task): ArchiveEvent => ({
      ...{ type: 'evaluation.done', job: 'j', variant: 'v0', task, split: 'search', outcome: 'unresolved' },
      ...cost,
    }),
  );
  const child: ArchiveEvent[] = [
    { type: 'expansion.ordered', job: 'x', decision: null, variant: 'v1', parent: 'v0', operator: 'mutation' },
    { type: 'expansion.made', job: 'x', variant: 'v1', sha: '1', tree: '1', summary: '', costUSD: 2, seconds: 1 },
  ];
  const inFlight: ArchiveEvent[] = [
    { type: 'evaluation.ordered', job: 'y', decision: null, variant: 'v1', tasks: ['a', 'b'], split: 'search' },
    { type: 'expansion.ordered', job: 'z', decision: null, variant: 'v2', parent: 'v0', operator: 'mutation' },
  ];
  const goesOn = (costUSD: number, taskCostUSD: number | undefined, more: readonly ArchiveEvent[]) => {
    const begun = started({ costUSD, concurrency: 4, batch: 2, ...(taskCostUSD && { taskCostUSD }) });
    const { type, reason } = decide(replay([begun, ...measured, ...child, ...more]), createPolicy('hgm'));
    return type !== 'stop' && !reason.text.includes('is kept for');
  };
  // Spent: 8. A round: 2 x 2 tasks at 1. Its last task: at 3 instead of 1. The next job: 2. In flight: 2 tasks at 1 and an expansion at 2.
  const cases = [
    [12, undefined, []],
    [16, 3, []],
    [12, undefined, inFlight],
    [20, 3, inFlight],
  ] as const;
  for (const [least, most, more] of cases) {
    expect(goesOn(least, most, more), `${least}`).toBe(false);
    expect(goesOn(least + 0.1, most, more), `${least}`).toBe(true);
  }
});

test('paused waits, stopping finishes what is in flight', () => {
  const ordered: ArchiveEvent = {
    type: 'evaluation.ordered',
    job: 'j',
    decision: 0,
    variant: 'v0',
    tasks: ['a'],
    split: 'search',
  };
  const policy = createPolicy('hgm');
  const paused = replay([started(), { type: 'run.paused', by: 'ada' }]);
  expect(decide(paused, policy)).toMatchObject({ type: 'wait', reason: { text: 'paused by ada' } });
  const stopping: ArchiveEvent = { type: 'run.stopping', by: 'ada', reason: 'enough' };
  expect(decide(replay([started(), ordered, stopping]), policy).type).toBe('wait');
  expect(decide(replay([started(), stopping]), policy)).toMatchObject({ type: 'stop', shipped: 'v0' });
});

test.each([6, 8, 10, 14])(
  'a budget of %d leaves no child unmeasured, wastes nothing it could use, and says why it stops',
  (budget) => {
    for (let seed = 0; seed < 12; seed++) {
      const tasks = Array.from({ length: 20 }, (_, i) => `t${i}`);
      const settings = started({ budget, tasks, batch: 4, rules: 1, seed, policy: { name: 'huxley', params: {} } });
      const policy = createPolicy('huxley');
      const world = createRng(seed, 9);
      let archive = reduce(null, settings);
      for (;;) {
        const decision = decide(archive, policy);
        if (decision.type === 'stop') {
          const unmeasured = archive.search.variants.filter(
            (variant) => variant?.state === 'live' && variant.own.resolved + variant.own.unresolved === 0,
          );
          expect(unmeasured.map((variant) => variant!.id)).toEqual([]);
          expect(budgetLeft(archive)).toBeLessThan(1);
          expect(decision.reason.text).toMatch(/^the budget is used up/);
          break;
        }
        if (decision.type === 'wait') {
          const { job, kind, variant, tasks: due } = [...archive.jobs.values()][0]!;
          const paid = { costUSD: 0, seconds: 1 };
          if (kind === 'expand')
            archive = reduce(archive, {
              type: 'expansion.made',
              job,
              variant,
              sha: 's',
              tree: 't',
              summary: '',
              ...paid,
            });
          for (const task of due)
            archive = reduce(archive, {
              type: 'evaluation.done',
              job,
              variant,
              task,
              split: 'search',
              outcome: world.next() < 0.4 ? 'resolved' : 'unresolved',
              ...paid,
            });
          continue;
        }
        const n = archive.decisions;
        archive = reduce(archive, { type: 'decision.made', n, decision });
        for (const event of order(decision, n)) archive = reduce(archive, event);
      }
    }
  },
);
