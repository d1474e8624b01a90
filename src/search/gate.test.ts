import { expect, test } from 'vitest';
import { judge, mcnemar, power, smallestGain } from './gate.ts';

test('exact McNemar, by hand', () => {
  expect(mcnemar(0, 0)).toBe(1);
  expect(mcnemar(5, 0)).toBeCloseTo(1 / 32, 12);
  expect(mcnemar(7, 2)).toBeCloseTo((36 + 9 + 1) / 512, 12);
  expect(mcnemar(0, 3)).toBeCloseTo(1, 12);
});

test('only tasks both have a result on count', () => {
  const root = Uint8Array.of(2, 3, 3, 3, 3, 3, 0, 2);
  const variant = Uint8Array.of(2, 2, 2, 2, 2, 2, 2, 1);
  expect(judge(root, variant, 0.95)).toMatchObject({ passed: true, n: 6, root: 1, variant: 6, fixed: 5, broken: 0 });
  expect(judge(variant, root, 0.95)).toMatchObject({ passed: false, fixed: 0, broken: 5, p: 1 });
});

test('what a gate can accept at all', () => {
  expect(smallestGain(4, 0.95)).toBeNull();
  expect(smallestGain(5, 0.95)).toBe(5);
  expect(smallestGain(30, 0.99)).toBe(7);
  expect(power(5, 0.5, 0, 0.95)).toBeCloseTo(1 / 32, 12);
  expect(power(12, 0.34, 0, 0.95)).toBeCloseTo(0.39, 1);
  expect(power(30, 0.34, 0, 0.95)).toBeGreaterThan(0.97);
});
