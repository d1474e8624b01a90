import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CostWorld, rejected } from '../../../../test/support/cost-trial.ts';
import { type Attempt, judgeCost, type PairedTask } from './cost.ts';

const RULE = { alpha: 0.05, margin: 0.1, saving: 0.2, looks: 1 };
const attempt = (score: number, costUSD: number, more: Partial<Attempt> = {}): Attempt => ({
  score,
  costUSD,
  tokens: Math.round(1e5 * costUSD),
  ...more,
});
/** Alike in score; the variant costs half as much. */
const half: PairedTask[] = Array.from({ length: 36 }, (_, i) => {
  const cost = 0.05 * (1 + (i % 7));
  return { root: [attempt(i % 2, cost)], variant: [attempt(i % 2, cost / 2)] };
});

test('as good for half the cost', () => {
  const verdict = judgeCost(half, RULE);
  expect(verdict).toMatchObject({
    passed: true,
    why: 'passed',
    n: 36,
    missing: 0,
    dropped: 0,
    unit: 'USD',
    level: 0.05,
  });
  expect(verdict.ratio!.value).toBeCloseTo(0.5, 12);
  expect(verdict.ratio!.upper).toBeCloseTo(0.5, 12);
  expect(verdict.scoreDifference.value).toBe(0);
  expect(verdict.scoreDifference.lower).toBeGreaterThan(-0.1);
  expect(verdict.scoreDifference.upper).toBeLessThan(0.1);
  expect(judgeCost(half, RULE)).toEqual(verdict);
});

test('what is not shown is named', () => {
  const swapped = half.map(({ root, variant }) => ({ root: variant, variant: root }));
  const worse = half.map(({ root, variant }) => ({ root, variant: variant.map((each) => ({ ...each, score: 0 })) }));
  const dearAndWorse = half.map(({ root }) => ({ root, variant: root.map((each) => ({ ...each, score: 0 })) }));
  expect(judgeCost(swapped, RULE).why).toBe('cost');
  expect(judgeCost(worse, RULE).why).toBe('score');
  expect(judgeCost(dearAndWorse, RULE).why).toBe('score and cost');
  expect(judgeCost(half, { ...RULE, margin: 0.05 }).why).toBe('score');
  expect(judgeCost(half, { ...RULE, saving: 0.5 }).why).toBe('cost');
  const unscored = half.map(({ root }) => ({ root, variant: [attempt(Number.NaN, 0.001)] }));
  expect(judgeCost(unscored, RULE)).toMatchObject({ passed: false, why: 'score' });
  expect(judgeCost([], RULE)).toMatchObject({ passed: false, why: 'missing', n: 0, ratio: null, unit: null });
});

test('each look has its part of the level', () => {
  expect(judgeCost(half, { ...RULE, looks: 2 })).toMatchObject({ level: 0.025, passed: true });
  expect(judgeCost(half, { ...RULE, looks: 4 })).toMatchObject({ level: 0.0125, passed: false, why: 'score' });
});

test('dollars where they are known of every attempt, else tokens, else no verdict', () => {
  const variantAs = (more: Partial<Attempt>, at = 0) =>
    half.map(({ root, variant }, i) =>
      i === at ? { root, variant: [{ ...variant[0]!, ...more }] } : { root, variant },
    );
  const free = half.map(({ root, variant }) => ({
    root: root.map((each) => ({ ...each, costUSD: 0 })),
    variant: variant.map((each) => ({ ...each, costUSD: 0 })),
  }));
  expect(judgeCost(free, RULE)).toMatchObject({ unit: 'tokens', passed: true });
  expect(judgeCost(variantAs({ costUSD: 0, tokens: 0 }), RULE)).toMatchObject({ unit: 'USD', passed: true });
  expect(judgeCost(variantAs({ costUSD: 0 }), RULE)).toMatchObject({ unit: 'tokens', passed: true });
  expect(judgeCost(variantAs({ tokens: Number.NaN }), RULE)).toMatchObject({ unit: 'USD', passed: true });
  const unknown = { passed: false, why: 'cost unknown', unit: null, ratio: null, p: { cost: 1 } };
  expect(judgeCost(variantAs({ costUSD: 0, tokens: Number.NaN }), RULE)).toMatchObject(unknown);
  expect(judgeCost(variantAs({ costUSD: Number.NaN, tokens: Number.NaN }), RULE)).toMatchObject(unknown);
  const nothing = half.map(() => ({ root: [attempt(1, 0)], variant: [attempt(1, 0)] }));
  expect(judgeCost(nothing, RULE)).toMatchObject({ why: 'cost unknown' });
});

test('a result that is missing is a failure at the root’s cost; many refuse', () => {
  const without = (n: number) => half.map((task, i) => (i < n ? { ...task, variant: [] } : task));
  const { scoreDifference, ratio, missing } = judgeCost(without(2), RULE);
  expect({ missing, difference: scoreDifference.value }).toEqual({ missing: 2, difference: -1 / 36 });
  expect(ratio!.value).toBeGreaterThan(0.5);
  expect(judgeCost(without(4), RULE)).toMatchObject({ why: 'missing', missing: 4 });
  const dropped = half.map((task, i) => (i < 2 ? { ...task, root: [attempt(0, 9, { missing: true })] } : task));
  expect(judgeCost(dropped, RULE)).toMatchObject({ n: 34, dropped: 2 });
});

test('taking results away from the variant makes it neither better nor cheaper', () => {
  const cost = fc.double({ min: 0.01, max: 1, noNaN: true });
  const measured = fc.record({
    score: fc.constantFrom(0, 0.5, 1),
    costUSD: cost,
    tokens: fc.constant(1),
    gone: fc.boolean(),
  });
  const arm = fc.array(measured, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(fc.record({ root: arm, variant: arm }), { minLength: 1, maxLength: 20 }), (tasks) => {
      const less = tasks.map(({ root, variant }) => ({
        root,
        variant: variant.map(({ gone, ...each }) => (gone ? { ...each, missing: true as const } : each)),
      }));
      const [before, after] = [judgeCost(tasks, RULE), judgeCost(less, RULE)];
      expect(after.scoreDifference.value).toBeLessThanOrEqual(before.scoreDifference.value + 1e-12);
      expect(after.p.cost).toBeGreaterThanOrEqual(before.p.cost);
    }),
    { numRuns: 100 },
  );
});

const EVEN: CostWorld = {
  tasks: 33,
  attempts: 1,
  chances: 'even',
  worse: 0.1,
  spread: [1, 1, 1],
  correlation: 0,
  ratio: 0.8,
  loops: 0,
};
const BOUNDARIES: readonly (Partial<CostWorld> & { readonly name: string })[] = [
  { name: 'chances alike' },
  { name: 'chances unlike, heavy tails', chances: 'unlike', spread: [1, 1.5, 1.5] },
  { name: 'losses alone, arms correlated', chances: 'sure', correlation: 0.5 },
  { name: 'twelve tasks', tasks: 12, chances: 'unlike' },
  { name: 'three attempts', attempts: 3, chances: 'unlike' },
];

test.each(BOUNDARIES)('neither test rejects at its boundary more often than its level: $name', (world) => {
  const { score, cost } = rejected({ ...EVEN, ...world }, { margin: 0.1, saving: 0.2, level: 0.05 }, 400);
  // Three standard errors: the samples are always the same.
  expect(score).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 400));
  expect(cost).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 400));
});

test('an equal agent at half the cost is mostly merged, after enough attempts', () => {
  const world: CostWorld = {
    ...EVEN,
    tasks: 100,
    attempts: 3,
    chances: 'unlike',
    worse: 0,
    spread: [1, 0.5, 0.5],
    ratio: 0.5,
  };
  expect(rejected(world, { margin: 0.1, saving: 0.2, level: 0.05 }, 200).both).toBeGreaterThan(0.8);
});
