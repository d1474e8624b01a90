import { expect, test } from 'vitest';
import { replay } from '../../archive/reduce.ts';
import type { ArchiveEvent, ArchiveEventOf } from '../../model/event.ts';
import { decide, viewOf } from '../decide.ts';
import { createPolicy } from '../policies.ts';
import { expansionsOf } from './actions.ts';

const sha = 'a'.repeat(40);
const tasks = Array.from({ length: 10 }, (_, task) => `t${task}`);

/** A run whose root is measured: it resolves every other task. */
function begun(more: Partial<ArchiveEventOf<'run.started'>>): ArchiveEvent[] {
  const about = { job: 'root', variant: 'v0', split: 'search' } as const;
  return [
    {
      ...{
        type: 'run.started',
        run: 'r',
        seed: 1,
        policy: { name: 'huxley', params: {} },
        budget: 100,
        expansionCost: 1,
      },
      ...{ concurrency: 9, batch: 10, costUSD: null, suite: { name: 's', digest: 'd' }, tasks, heldOut: [] },
      ...{ root: { sha, tree: sha }, confidence: 0.95, rules: 4 },
      ...more,
    },
    { type: 'evaluation.ordered', decision: null, tasks, ...about },
    ...tasks.map((task, place): ArchiveEvent => {
      const outcome = place % 2 === 0 ? 'resolved' : 'unresolved';
      return { type: 'evaluation.done', task, outcome, costUSD: 0, seconds: 1, ...about };
    }),
  ];
}

const ordered = (n: number): ArchiveEvent => ({
  ...{ type: 'expansion.ordered', job: `e${n}`, decision: null, variant: `v${n}`, parent: 'v0', operator: 'mutation' },
});
const made = (n: number): ArchiveEvent => ({
  ...{ type: 'expansion.made', job: `e${n}`, variant: `v${n}`, sha, tree: sha, summary: 's', costUSD: 0, seconds: 1 },
});
const failed = (n: number): ArchiveEvent[] => [
  ordered(n),
  {
    ...{
      type: 'expansion.failed',
      job: `e${n}`,
      variant: `v${n}`,
      stage: 'modify',
      reason: 'r',
      costUSD: 0,
      seconds: 1,
    },
  },
];
const lost = (n: number): ArchiveEvent[] => [
  ordered(n),
  { type: 'expansion.lost', job: `e${n}`, variant: `v${n}`, reason: 'the runner died' },
];
const adopted = (n: number): ArchiveEvent[] => [
  {
    ...{ type: 'adoption.ordered', job: `e${n}`, variant: `v${n}`, by: 'ada', pull: 7, author: 'ada', title: 't' },
    ...{ base: sha, head: sha },
  },
  made(n),
];

const family = [...lost(1), ...lost(2), ...adopted(3), ...failed(4), ordered(5), made(5), ordered(6)];

test('only the search’s own expansions count, and none that was lost', () => {
  const archive = replay([...begun({}), ...family]);
  expect(archive.ignored).toEqual([]);
  const root = archive.search.variants[0]!;
  expect(expansionsOf(viewOf(archive), root)).toEqual({ made: 1, failed: 1, all: 3 });
  expect(expansionsOf({ ...viewOf(archive), rules: 3 }, root), 'as runs go on that began before').toEqual({
    ...{ made: 4, failed: 1, all: 6 },
  });
});

test.each(['hgm', 'hgm-released'])('%s opens with as many expansions, however many were lost', (name) => {
  const policy = createPolicy(name, { opening: 2, alpha: 0 });
  const next = (rules: number) => decide(replay([...begun({ rules }), ...lost(1), ...lost(2), ...adopted(3)]), policy);
  expect(next(4).reason.text).toMatch(/^opening expansion/);
  expect(next(3).reason.text).not.toMatch(/^opening expansion/);
});

test('dgm has as much of a variant whose expansions were lost or failed as of one without', () => {
  const policy = createPolicy('dgm');
  const weights = (rules: number, events: readonly ArchiveEvent[]) =>
    decide(replay([...begun({ rules }), ...events]), policy).reason.candidates.map(({ draw }) => draw);
  const [fresh] = weights(4, []);
  expect(weights(4, [...lost(1), ...failed(2)])).toEqual([fresh]);
  expect(weights(3, [...lost(1), ...failed(2)])).toEqual([fresh! / 3]);
});

test('huxley counts no lost expansion as a success of its parent', () => {
  const policy = createPolicy('huxley');
  const promise = (rules: number, events: readonly ArchiveEvent[]) =>
    decide(replay([...begun({ rules }), ...failed(1), ...events]), policy).reason.candidates[0]!.draw;
  expect(promise(4, [...lost(2), ...lost(3)])).toBe(promise(4, []));
  expect(promise(3, [...lost(2), ...lost(3)])).toBeGreaterThan(promise(3, []));
});

test.each([
  // An expansion, and the evaluations of this child and of the one in flight: 1 + 2 * 10.
  { expansionCost: 1, each: 10, enough: 1 + 2 * 10, before: 2 * 1 + 10 },
  { expansionCost: 8, each: 2, enough: 8 + 2 * 2, before: 2 * 8 + 2 },
])(
  'best-of-n makes a child where $enough are left for it and for one in flight',
  ({ expansionCost, each, enough, before }) => {
    const policy = createPolicy('best-of-n', { each });
    const next = (rules: number, left: number) =>
      decide(replay([...begun({ rules, expansionCost, budget: left + expansionCost }), ordered(1)]), policy).type;
    expect(next(4, enough)).toBe('expand');
    expect(next(4, enough - 1), 'the leader is not measured with what the child in flight needs').toBe('wait');
    expect(next(3, before)).toBe('expand');
    expect(next(3, before - 1)).not.toBe('expand');
  },
);

test('best-of-n measures whole tasks where an expansion costs a fraction', () => {
  const policy = createPolicy('best-of-n', { each: 2 });
  const about = { job: 'm', variant: 'v1', split: 'search' } as const;
  const first = tasks.slice(0, 2);
  const measured: ArchiveEvent[] = [
    { type: 'evaluation.ordered', decision: null, tasks: first, ...about },
    ...first.map(
      (task): ArchiveEvent => ({
        ...{ type: 'evaluation.done', task, outcome: 'resolved', costUSD: 0, seconds: 1, ...about },
      }),
    ),
  ];
  // 3.5 are left, and the child in flight needs two of them.
  const run = begun({ rules: 4, expansionCost: 0.5, budget: 1 + 2 + 3.5 });
  const next = decide(replay([...run, ordered(1), made(1), ...measured, ordered(2)]), policy);
  expect(next).toMatchObject({ type: 'evaluate', variant: 'v1', tasks: [expect.anything()] });
});
