import { expect, test } from 'vitest';
import { replay } from '../../archive/reduce.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import type { Grant } from '../../model/gate/verdict.ts';
import type { VariantId } from '../../model/ids.ts';
import { judgedOf } from '../../search/gate/judged.ts';
import { allowance, NO_HISTORY, openingsOf } from '../../search/gate/ledger.ts';
import { judgeRounds, lookAfter, refusalOf, stopsFor } from '../../search/gate/rounds.ts';
import { parseEvent } from '../../store/event-schema.ts';

const sha = (digit: number) => String(digit).repeat(40);
const TASKS = ['a', 'b', 'c', 'd', 'e', 'f'];
const grant = (after: number, level: number, evaluations = 36): Grant => ({ after, evaluations, level, ...NO_HISTORY });

const start = (heldOut: readonly string[] = TASKS): ArchiveEvent[] => [
  {
    type: 'run.started',
    run: 'r1',
    seed: 1,
    policy: { name: 'hgm', params: {} },
    budget: 36,
    expansionCost: 0,
    concurrency: 4,
    batch: 6,
    costUSD: null,
    suite: { name: 's', digest: 'd' },
    tasks: ['t'],
    heldOut,
    root: { sha: sha(0), tree: sha(0) },
    confidence: 0.95,
    gate: { test: 'sequential', promise: 'share', evaluations: 36 },
    rules: 2,
  },
  ...[1, 2].flatMap((n): ArchiveEvent[] => [
    { type: 'expansion.ordered', job: `e${n}`, decision: null, variant: `v${n}`, parent: 'v0', operator: 'mutation' },
    {
      type: 'expansion.made',
      job: `e${n}`,
      variant: `v${n}`,
      sha: sha(n),
      tree: sha(n),
      summary: 's',
      costUSD: 0,
      seconds: 1,
    },
  ]),
];
const ended = (shipped: VariantId): ArchiveEvent => ({ type: 'run.ended', outcome: 'nothing', shipped, reason: 'r' });
const looked = (variant: VariantId, round: number, allowed: number): ArchiveEvent => ({
  type: 'heldout.looked',
  variant,
  round,
  allowed,
});
const extended = (variant: VariantId, more: Grant): ArchiveEvent => ({
  type: 'heldout.extended',
  variant,
  by: 'ada',
  grant: more,
});

let jobs = 0;
/** A round of one agent: resolved, not, or no result, by task. */
function round(
  variant: VariantId,
  at: number,
  of: (task: string) => boolean | 'began' | 'never began',
): ArchiveEvent[] {
  const job = `h${jobs++}`;
  const about = { job, variant, split: 'heldout', ...(at === 0 ? {} : { round: at }) } as const;
  return [
    { type: 'evaluation.ordered', decision: null, tasks: TASKS, ...about },
    ...TASKS.map((task): ArchiveEvent => {
      const how = of(task);
      if (typeof how === 'boolean')
        return {
          type: 'evaluation.done',
          ...about,
          task,
          outcome: how ? 'resolved' : 'unresolved',
          costUSD: 0,
          seconds: 1,
        };
      return {
        type: 'evaluation.noResult',
        ...about,
        task,
        reason: 'stopped by ada',
        ...(how === 'began' ? { began: true } : {}),
      };
    }),
  ];
}
const pair = (variant: VariantId, at: number, better: boolean) => [
  ...round('v0', at, () => false),
  ...round(variant, at, () => better),
];

test('a variant that is proven after another’s merge result was measured starts over: nothing of its earlier levels is spent again', () => {
  const before = [
    ...start(),
    { type: 'heldout.opened', variant: 'v2', grant: grant(0, 0.04) } as const,
    ...pair('v2', 0, false),
    looked('v2', 0, 0.04),
    ended('v2'),
    extended('v1', grant(0, 0.005)),
    ...round('v1', 0, () => true),
    looked('v1', 0, 0.005),
    {
      type: 'heldout.repeated',
      variant: 'v1',
      base: { sha: sha(3), tree: sha(3) },
      merged: { sha: sha(4), tree: sha(4) },
    } as const,
    ...pair('v1', 0, false),
    looked('v1', 0, 0.005),
    ended('v1'),
  ];
  const again = replay([...before, extended('v2', grant(0, 0.0025))]);
  expect(again.ignored).toEqual([]);
  expect([...again.comparisons]).toEqual([['v2', { grants: [grant(0, 0.0025)], looks: [], leftOut: [] }]]);
  expect(again).toMatchObject({ comparison: null, status: 'judging', opened: 'v2' });
  expect(again.heldOut.size).toBe(0);
  const first = judgedOf(replay([...before, extended('v2', grant(0, 0.0025)), ...pair('v2', 0, true)]), 'v2', 1);
  const look = lookAfter(first, 1);
  expect(look.allowed).toBeGreaterThanOrEqual(0);
  expect(look.allowed).toBeLessThanOrEqual(0.0025);
});

test('a round that was cut off is completed when evidence is bought: what never began is measured, what began stays missing', () => {
  const cut = (how: 'began' | 'never began') =>
    replay([
      ...start(),
      { type: 'heldout.opened', variant: 'v1', grant: grant(0, 0.04) },
      ...pair('v1', 0, true),
      looked('v1', 0, 0.001),
      ...round('v0', 1, (task) => (task === 'a' ? how : false)),
      ...round('v1', 1, (task) => (task < 'd' ? how : true)),
      ended('v1'),
      extended('v1', grant(12, 0.005)),
    ]);
  const { heldOutOrders } = cut('never began');
  expect([...heldOutOrders.tasks.get('v1')![1]!]).toEqual(['d', 'e', 'f']);
  expect(heldOutOrders.tasks.get('v0')![1]!.has('a')).toBe(false);
  expect(heldOutOrders.tasks.get('v1')![0]!.size).toBe(6);
  expect(heldOutOrders.unbegun).toEqual([]);
  expect(cut('began').heldOutOrders.tasks.get('v1')![1]!.size).toBe(6);
  expect(refusalOf(judgedOf(cut('began'), 'v1', 2))).toBe('missing');
});

test('a comparison that could not pay a round, or may spend nothing, ends with a verdict that can be kept', () => {
  const unpaid = judgedOf(replay([...start(), { type: 'heldout.opened', variant: 'v1', grant: grant(0, 0.04) }]), 'v1');
  const poor = judgedOf(
    replay([
      ...start(),
      { type: 'heldout.opened', variant: 'v1', grant: grant(0, 0) },
      ...pair('v1', 0, true),
      looked('v1', 0, 0),
    ]),
    'v1',
  );
  expect(stopsFor(poor)).toBe('futile');
  for (const gate of [judgeRounds(unpaid, 'money'), judgeRounds(poor, 'futile')]) {
    expect(gate.passed).toBe(false);
    expect(parseEvent({ type: 'heldout.done', variant: 'v1', gate }, 'the verdict')).toBeDefined();
  }
});

test('whoever proves one variant over and over spends of the ledger what the looks may spend, and as much again', () => {
  const events: ArchiveEvent[] = start();
  const openings = () =>
    openingsOf(events.map((event, at) => ({ seq: at + 1, at: '2026-01-01T00:00:00.000Z', event })));
  events.push({ type: 'heldout.opened', variant: 'v1', grant: grant(0, allowance([], 's', TASKS, 0.05, 'any').level) });
  for (let after = 36; after < 36 * 20; after += 36)
    events.push(
      extended('v1', { ...grant(after, allowance(openings(), 's', TASKS, 0.05, 'any').level / 2), counts: 2 }),
    );
  expect(openings()).toHaveLength(1);
  expect(openings()[0]!.spent).toBeLessThanOrEqual(0.05);
  expect(openings()[0]!.spent).toBeGreaterThan(0.0499);
});
