import { expect, test } from 'vitest';
import { createRng, decisionRng, sample } from './rng.ts';

test('the same seed and decision give the same numbers, others do not', () => {
  const draw = (seed: number, n: number) => Array.from({ length: 3 }, decisionRngOf(seed, n));
  expect(draw(1, 2)).toEqual(draw(1, 2));
  expect(new Set([...draw(1, 2), ...draw(1, 3), ...draw(2, 2)]).size).toBe(9);
});

function decisionRngOf(seed: number, n: number) {
  const rng = decisionRng(seed, n);
  return () => rng.next();
}

test('moments of the distributions', () => {
  const rng = createRng(11);
  const mean = (draw: () => number, n = 40_000) => Array.from({ length: n }, draw).reduce((a, b) => a + b, 0) / n;
  expect(mean(() => rng.next())).toBeCloseTo(0.5, 1);
  expect(mean(() => rng.normal() ** 2)).toBeCloseTo(1, 1);
  expect(mean(() => rng.gamma(0.5))).toBeCloseTo(0.5, 1);
  expect(mean(() => rng.gamma(7))).toBeCloseTo(7, 0);
  expect(mean(() => rng.beta(2, 6))).toBeCloseTo(0.25, 2);
});

test('a sample holds distinct items', () => {
  const items = [1, 2, 3, 4, 5];
  expect(sample(items, createRng(3)).sort()).toEqual(items);
  expect(new Set(sample(items, createRng(4), 3)).size).toBe(3);
  expect(sample(items, createRng(4), 9)).toHaveLength(5);
});
