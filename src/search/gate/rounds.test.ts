import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outcomeCode } from '../../archive/archive.ts';
import type { HeldOutRound } from '../../archive/held-out.ts';
import { seeRounds } from './rounds.ts';

const CODES = { resolved: outcomeCode('resolved'), unresolved: outcomeCode('unresolved'), none: 0 };
type Result = 'resolved' | 'none' | number;

const roundOf = (results: readonly Result[]): HeldOutRound => ({
  codes: Uint8Array.from(results, (result) => CODES[typeof result === 'number' ? 'unresolved' : result]),
  scores: Float64Array.from(results, (result) =>
    typeof result === 'number' ? result : result === 'resolved' ? 1 : Number.NaN,
  ),
  costUSD: new Float64Array(results.length),
  tokens: new Float64Array(results.length),
});
const see = (root: readonly Result[], variant: readonly Result[], metric?: 'score') =>
  seeRounds([roundOf(root)], [roundOf(variant)], root.length, new Set(), 1, metric);

test('resolved tasks are compared unless scores are asked for', () => {
  const [root, variant] = [['resolved', 0.25, 0, 'none', 0.5] as const, [0.5, 0.75, 'resolved', 1, 'none'] as const];
  const plain = see(root, variant);
  expect(plain).toMatchObject({ n: 4, root: 1, variant: 1, fixed: 1, broken: 1, missing: 1, dropped: 1 });
  expect(plain.rounds).toEqual([[-1, 0, 1, 0]]);
  expect(plain).not.toHaveProperty('means');
  const graded = see(root, variant, 'score');
  expect(graded).toMatchObject({
    ...{ n: 4, root: 1, variant: 1, fixed: 1, broken: 1, missing: 1, dropped: 1 },
    rounds: [[-0.5, 0.5, 1, -0.5]],
    tasks: [[-0.5], [0.5], [1], [], [-0.5]],
  });
  const worth = ({ attempts }: typeof plain) => attempts[0]!.map((pair) => [pair.root.score, pair.variant.score]);
  expect(worth(graded), 'for goal `cost` too').toEqual([
    [1, 0.5],
    [0.25, 0.75],
    [0, 1],
    [0, 1],
    [0.5, 0],
  ]);
  expect(worth(plain)).toEqual([
    [1, 0],
    [0, 0],
    [0, 1],
    [0, 0],
    [0, 0],
  ]);
  expect(graded.means).toEqual({ root: 1.75 / 4, variant: 2.25 / 4 });
});

const result = fc.oneof(
  fc.constantFrom('resolved' as const, 'none' as const),
  fc.double({ min: 0, max: 0.99, noNaN: true }),
);
const pairs = fc.array(fc.tuple(result, result), { minLength: 1, maxLength: 20 });
const bothOf = (list: readonly (readonly [Result, Result])[]) =>
  [list.map(([root]) => root), list.map(([, variant]) => variant)] as const;

test('scores change nothing of a comparison of resolved tasks', () => {
  const without = (results: readonly Result[]) => results.map((each) => (typeof each === 'number' ? 0 : each));
  fc.assert(
    fc.property(pairs, (list) => {
      const [root, variant] = bothOf(list);
      expect(see(root, variant)).toEqual(see(without(root), without(variant)));
    }),
  );
});

test('the mean difference is the difference of the means', () => {
  fc.assert(
    fc.property(pairs, (list) => {
      const { rounds, n, means } = see(...bothOf(list), 'score');
      const sum = rounds.flat().reduce((a, b) => a + b, 0);
      expect(n === 0 ? 0 : sum / n).toBeCloseTo(means!.variant - means!.root, 12);
    }),
  );
});
