import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replay } from '../../archive/reduce.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { PREDICTABLE, type Prediction } from '../../model/memory/prediction.ts';
import { baseRates, calibration, type Judged, judge, scoreOf } from './score.ts';

const TASKS = ['a', 'b', 'c', 'd', 'e', 'f'];
const measured = { costUSD: 0, seconds: 1 };
/** By task: resolved, failed, or not measured. */
type Results = Readonly<Record<string, boolean | undefined>>;

function started(root: Results): ArchiveEvent[] {
  return [
    {
      type: 'run.started',
      ...{ run: 'r1', seed: 1, policy: { name: 'hgm', params: {} }, budget: 200, expansionCost: 1, concurrency: 2 },
      ...{ batch: 2, costUSD: null, suite: { name: 'kata', digest: 'sha256:0' }, tasks: TASKS, heldOut: ['sealed'] },
      ...{ root: { sha: '0', tree: '0' }, confidence: 0.95 },
    },
    ...results('v0', root),
  ];
}

function results(variant: 'v0' | `v${number}`, of: Results): ArchiveEvent[] {
  return Object.entries(of).flatMap(([task, resolved]): ArchiveEvent[] => {
    if (resolved === undefined) return [];
    const about = { job: `${variant}-${task}`, variant, split: 'search' } as const;
    const outcome = resolved ? 'resolved' : 'unresolved';
    return [
      { type: 'evaluation.ordered', ...about, decision: null, tasks: [task] },
      { type: 'evaluation.done', ...about, task, outcome, ...measured },
    ];
  });
}

function child(variant: `v${number}`, predicted: readonly Prediction[], of: Results): ArchiveEvent[] {
  const about = { job: variant, variant } as const;
  return [
    { type: 'expansion.ordered', ...about, decision: null, parent: 'v0', operator: 'mutation' },
    {
      ...{ type: 'expansion.made', ...about, sha: variant, tree: variant, summary: 'tries again', ...measured },
      ...(predicted.length > 0 && { predicted }),
    },
    ...results(variant, of),
  ];
}

const fix = (task: string, chance: number): Prediction => ({ task, change: 'fix', chance });
const root = { a: false, b: false, c: false, d: true, e: true };

test('each prediction is compared with what came, and with how often that came in the whole run', () => {
  const predicted = [fix('a', 0.9), fix('b', 0.6), fix('c', 0.5), { ...fix('d', 0.1), change: 'break' as const }];
  const { search } = replay([
    ...started(root),
    ...child('v1', [...predicted, fix('e', 0.7), fix('f', 0.2)], { a: true, b: false, d: true, e: true }),
    ...child('v2', [], { a: true, b: true, c: false, d: false, f: true }),
  ]);
  const judged = judge(search, search.variants[1]!);
  expect(judged.map(({ task, came }) => [task, came])).toEqual([
    ['a', 'true'],
    ['b', 'false'],
    ['c', 'open'],
    ['d', 'false'],
    ['e', 'moot'],
    ['f', 'open'],
  ]);
  const rates = baseRates(search);
  expect(rates).toEqual({ fix: { came: 3, n: 5 }, break: { came: 1, n: 3 } });
  const score = scoreOf(judged, rates);
  expect(score).toMatchObject({ fix: { came: 1, n: 2, expected: 1.5 }, break: { came: 0, n: 1 }, open: 2 });
  expect(score.brier!.own).toBeCloseTo((0.1 ** 2 + 0.6 ** 2 + 0.1 ** 2) / 3);
  expect(score.brier!.base).toBeCloseTo((0.4 ** 2 + 0.6 ** 2 + (1 / 3) ** 2) / 3);
  expect(calibration(judged).map(({ from, n, came }) => [from, n, came])).toEqual([
    [0, 1, 0],
    [0.6, 1, 0],
    [0.8, 1, 1],
  ]);
});

test('a prediction is open until its parent is measured too; none is scored before', () => {
  const { search } = replay([...started({}), ...child('v1', [fix('a', 0.9)], { a: true })]);
  const judged = judge(search, search.variants[1]!);
  expect(judged).toMatchObject([{ came: 'open' }]);
  expect(scoreOf(judged, baseRates(search))).toMatchObject({ open: 1, brier: null, fix: { n: 0 } });
});

test('a held-out task and a task of nobody are no part of it, whatever a journal says', () => {
  const { search } = replay([...started(root), ...child('v1', [fix('sealed', 1), fix('<b>', 1), fix('a', 1)], {})]);
  expect(judge(search, search.variants[1]!).map(({ task }) => task)).toEqual(['a']);
});

const outcomes = fc.record(
  Object.fromEntries(TASKS.map((task) => [task, fc.option(fc.boolean(), { nil: undefined })])),
);
const predictions = fc.uniqueArray(
  fc.record({
    task: fc.constantFrom(...TASKS),
    change: fc.constantFrom(...PREDICTABLE),
    chance: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { selector: ({ task }) => task },
);

test('scores are in [0, 1], every prediction is in one place, and nothing else of the archive hangs on them', () => {
  fc.assert(
    fc.property(outcomes, fc.array(fc.tuple(predictions, outcomes), { maxLength: 4 }), (root, children) => {
      const journal = (foretold: boolean) => [
        ...started(root),
        ...children.flatMap(([predicted, of], i) => child(`v${i + 1}`, foretold ? predicted : [], of)),
      ];
      const { search, ...rest } = replay(journal(true));
      const without = replay(journal(false));
      const variants = search.variants.map((variant) => ({ ...variant!, predicted: undefined }));
      expect({ ...rest, search: { ...search, variants } }).toEqual(without);
      const all: Judged[] = search.variants.flatMap((variant) => judge(search, variant!));
      const { fix, break: broken, open, brier } = scoreOf(all, baseRates(search));
      const moot = all.filter(({ came }) => came === 'moot').length;
      expect(fix.n + broken.n + open + moot).toBe(children.flatMap(([predicted]) => predicted).length);
      expect(brier === null).toBe(fix.n + broken.n === 0);
      for (const each of brier === null ? [] : [brier.own, brier.base]) {
        expect(each).toBeGreaterThanOrEqual(0);
        expect(each).toBeLessThanOrEqual(1);
      }
      expect(calibration(all).reduce((sum, { n }) => sum + n, 0)).toBe(fix.n + broken.n);
    }),
    { numRuns: 200 },
  );
});
