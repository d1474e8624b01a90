import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ArchiveEvent, Split } from '../model/event.ts';
import { budgetUsed, cellOutcome, IN_FLIGHT, openCount, openTasks } from './archive.ts';
import { reduce, replay } from './reduce.ts';
import { resolvedOf, triesOf } from './tries.ts';

const sha = 'f'.repeat(40);
const paid = { costUSD: 0.5, seconds: 3 };
const base: ArchiveEvent[] = [
  {
    type: 'run.started',
    run: 'r1',
    seed: 7,
    policy: { name: 'hgm', params: {} },
    budget: 50,
    expansionCost: 2,
    concurrency: 4,
    batch: 2,
    costUSD: null,
    suite: { name: 'tasks', digest: 'sha256:0' },
    tasks: ['a', 'b', 'c'],
    heldOut: ['x', 'y'],
    root: { sha, tree: sha },
    confidence: 0.95,
  },
  { type: 'expansion.ordered', job: 'x1', decision: null, variant: 'v1', parent: 'v0', operator: 'mutation' },
  { type: 'expansion.made', job: 'x1', variant: 'v1', sha, tree: sha, summary: 's', ...paid },
];
const about = (round: number, split: Split = 'search') => ({ variant: 'v1', split, round }) as const;
const order = (job: string, round: number, tasks: string[], split?: Split): ArchiveEvent => ({
  type: 'evaluation.ordered',
  job,
  decision: null,
  tasks,
  ...about(round, split),
});
const done = (job: string, round: number, task: string, resolved: boolean, more: object = {}): ArchiveEvent =>
  ({
    type: 'evaluation.done',
    job,
    task,
    outcome: resolved ? 'resolved' : 'unresolved',
    ...about(round),
    ...paid,
    ...more,
  }) as ArchiveEvent;
const noResult = (job: string, round: number, task: string): ArchiveEvent => ({
  type: 'evaluation.noResult',
  job,
  task,
  reason: 'the runner died',
  ...about(round),
});
const v1 = (...events: ArchiveEvent[]) => replay([...base, ...events]).search.variants[1]!;

test('a pair is measured again: its cell keeps the first outcome, every attempt counts', () => {
  const events = [order('j0', 0, ['a', 'b']), done('j0', 0, 'a', false), order('j1', 1, ['a', 'b'])];
  const flying = v1(...events);
  expect(cellOutcome(flying.cells[0])).toBe('unresolved');
  expect(flying.inFlight).toBe(3);
  expect(openTasks(flying)).toEqual([2]);
  expect(openCount(flying)).toBe(1);
  const archive = replay([...base, ...events, done('j1', 1, 'a', true), done('j1', 1, 'a', false)]);
  const variant = archive.search.variants[1]!;
  expect(cellOutcome(variant.cells[0])).toBe('unresolved');
  expect(resolvedOf(variant, 0)).toEqual({ resolved: 1, n: 2 });
  expect(resolvedOf(variant, 1)).toEqual({ resolved: 0, n: 0 });
  expect(variant.cells[1]).toBe(IN_FLIGHT);
  expect(variant.own).toEqual({ resolved: 1, unresolved: 1 });
  expect(archive.search.variants[0]!.clade).toEqual(variant.own);
  expect(budgetUsed(archive)).toBe(2 + 4);
  expect(archive.ignored).toHaveLength(1);
  expect(archive.search.lastFact).toMatchObject({ kind: 'result', task: 0, resolved: true });
});

test('a later round that comes first gives way in the cell, and signs are those of the cell’s attempt', () => {
  const late = v1(done('j1', 1, 'a', true), done('j0', 0, 'a', false, { signs: ['empty-patch'] }));
  const early = v1(done('j0', 0, 'a', false, { signs: ['empty-patch'] }), done('j1', 1, 'a', true));
  expect({ ...late, jobs: [] }).toEqual({ ...early, jobs: [] });
});

test('a round without a result leaves the others as they are, and the pair is untried again only without any', () => {
  const second = [order('j1', 1, ['a']), noResult('j1', 1, 'a')];
  const first = done('j0', 0, 'a', true);
  expect(v1(first, ...second)).toMatchObject({ ...v1(first), jobs: ['x1', 'j1'], misses: [{ round: 1 }] });
  expect(openTasks(v1(...second))).toEqual([0, 1, 2]);
  const both = [order('j0', 0, ['a']), ...second];
  expect(v1(...both)).toMatchObject({ inFlight: 1 });
  expect(v1(...both).cells[0]).toBe(IN_FLIGHT);
});

test('scores are kept where they say more than the outcome', () => {
  expect(v1(done('j0', 0, 'a', true, { score: 1 })).tries.size).toBe(0);
  const graded = v1(done('j0', 0, 'a', false, { score: 0.25 }), done('j1', 1, 'a', true));
  expect(triesOf(graded, 0)).toMatchObject({ resolved: 1, n: 2, scoreSum: 1.25 });
});

test('the order and the number of deliveries of different rounds change nothing', () => {
  const round = fc.record({ task: fc.constantFrom('a', 'b', 'c'), round: fc.nat(3), resolved: fc.boolean() });
  const rounds = fc.uniqueArray(round, { selector: (one) => `${one.task}${one.round}`, maxLength: 12 });
  fc.assert(
    fc.property(rounds, fc.infiniteStream(fc.nat()), (list, picks) => {
      const end = (all: typeof list) => {
        const { search, jobs } = replay([
          ...base,
          ...list.map(({ task, round }) => order(`${task}${round}`, round, [task])),
          ...all.map(({ task, round, resolved }) => done(`${task}${round}`, round, task, resolved)),
        ]);
        return { ...search, jobs: jobs.size, lastFact: search.lastFact?.seq };
      };
      const shuffled = [...list, ...list]
        .map((one) => ({ one, key: picks.next().value! }))
        .sort((a, b) => a.key - b.key)
        .map(({ one }) => one);
      expect(end(shuffled)).toEqual(end(list));
      expect(end(list)).toMatchObject({ jobs: 0, evaluations: list.length, evaluating: 0 });
    }),
  );
});

test('held-out results are kept by round, with scores, costs and tokens', () => {
  const held = (round: number, task: string, more: object) =>
    done(`h${round}`, round, task, true, { split: 'heldout', ...more });
  const archive = replay([
    ...base,
    { type: 'heldout.opened', variant: 'v1' },
    order('h1', 1, ['x', 'y'], 'heldout'),
    held(1, 'y', { score: 0.75, tokens: 10 }),
    held(1, 'y', { outcome: 'unresolved' }),
  ]);
  const [first, second, ...more] = archive.heldOut.get('v1')!;
  expect(more).toEqual([]);
  expect([...first!.codes]).toEqual([0, 0]);
  expect([...second!.codes].map(cellOutcome)).toEqual([undefined, 'resolved']);
  expect([...second!.scores]).toEqual([Number.NaN, 0.75]);
  expect([...second!.costUSD]).toEqual([0, 0.5]);
  expect([...second!.tokens]).toEqual([Number.NaN, 10]);
  expect(archive.heldOutOrders.tasks.get('v1')).toEqual([new Set(), new Set(['x', 'y'])]);
  expect(archive.jobs.get('h1')).toMatchObject({ round: 1, tasks: ['x'] });
  const again = reduce(archive, held(0, 'y', {}));
  expect(again.heldOut.get('v1')![1]).toBe(second);
  expect([...again.heldOut.get('v1')![0]!.scores]).toEqual([Number.NaN, 1]);
});
