import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IN_FLIGHT, outcomeCode, UNTRIED } from '../../archive/archive.ts';
import { judgeGate, mcnemar, missingAllowed, power, smallestGain } from './gate.ts';

test('exact McNemar, by hand', () => {
  expect(mcnemar(0, 0)).toBe(1);
  expect(mcnemar(5, 0)).toBeCloseTo(1 / 32, 12);
  expect(mcnemar(7, 2)).toBeCloseTo((36 + 9 + 1) / 512, 12);
  expect(mcnemar(0, 3)).toBeCloseTo(1, 12);
});

const R = outcomeCode('resolved');
const U = outcomeCode('unresolved');
const codes = (...runs: readonly (readonly [number, number])[]) =>
  Uint8Array.from(runs.flatMap(([code, times]) => Array<number>(times).fill(code)));

test('a task without a result counts as failed by the variant, and is left out where the root has none', () => {
  const root = codes([R, 2], [U, 7], [UNTRIED, 1]);
  const variant = codes([R, 1], [IN_FLIGHT, 1], [R, 8]);
  expect(judgeGate(root, variant, 0.9)).toEqual({
    passed: true,
    n: 9,
    root: 2,
    variant: 8,
    fixed: 7,
    broken: 1,
    p: mcnemar(7, 1),
    alpha: 1 - 0.9,
    missing: 1,
    dropped: 1,
  });
  expect(judgeGate(variant, root, 0.9)).toMatchObject({ passed: false, fixed: 0, broken: 8, missing: 1, dropped: 1 });
});

test('no verdict where many results are missing, whoever they are missing of', () => {
  expect([1, 20, 29, 30, 100].map(missingAllowed)).toEqual([2, 2, 2, 3, 10]);
  const root = codes([U, 20]);
  const better = codes([R, 20]);
  const without = (arm: Uint8Array, n: number) => arm.map((code, i) => (i < n ? UNTRIED : code));
  expect(judgeGate(without(root, 2), better, 0.95)).toMatchObject({ passed: true, n: 18, dropped: 2 });
  expect(judgeGate(without(root, 3), better, 0.95)).toMatchObject({ passed: false, refused: 'missing', dropped: 3 });
  expect(judgeGate(root, without(better, 2), 0.95)).toMatchObject({ passed: true, n: 20, missing: 2, variant: 18 });
  expect(judgeGate(root, without(better, 3), 0.95)).toMatchObject({ passed: false, refused: 'missing', missing: 3 });
  const both = judgeGate(without(root, 2), without(better, 4), 0.95);
  expect(both).toMatchObject({ passed: false, refused: 'missing', missing: 2, dropped: 2 });
});

test('one tampered task refuses whatever else was fixed, also one the root has no result on, and so does a bar from before', () => {
  const root = codes([UNTRIED, 1], [U, 19]);
  const better = codes([R, 20]);
  expect(judgeGate(root, better, 0.95)).toMatchObject({ passed: true });
  for (const at of [0, 19]) {
    const tampering = better.map((code, i) => (i === at ? outcomeCode('tampered') : code));
    expect(judgeGate(root, tampering, 0.95)).toMatchObject({ passed: false, refused: 'tampered' });
  }
  expect(judgeGate(root, better, 0.95, true)).toMatchObject({ passed: false, refused: 'tampered' });
});

test('taking results away from the variant never helps it', () => {
  const code = fc.constantFrom(UNTRIED, IN_FLIGHT, R, U, outcomeCode('timeout'), outcomeCode('invalid'));
  fc.assert(
    fc.property(fc.array(fc.tuple(code, code, fc.boolean()), { minLength: 1, maxLength: 60 }), (tasks) => {
      const root = Uint8Array.from(tasks.map(([of]) => of));
      const whole = Uint8Array.from(tasks.map(([, of]) => of));
      const less = Uint8Array.from(tasks.map(([, of, gone]) => (gone ? UNTRIED : of)));
      const [before, after] = [judgeGate(root, whole, 0.9), judgeGate(root, less, 0.9)];
      expect(after.p).toBeGreaterThanOrEqual(before.p - 1e-12);
      if (after.passed) expect(before.passed).toBe(true);
    }),
  );
});

test('what a gate can accept at all', () => {
  expect(smallestGain(4, 0.95)).toBeNull();
  expect(smallestGain(5, 0.95)).toBe(5);
  expect(smallestGain(30, 0.99)).toBe(7);
  expect(power(5, 0.5, 0, 0.95)).toBeCloseTo(1 / 32, 12);
  expect(power(12, 0.34, 0, 0.95)).toBeCloseTo(0.39, 1);
  expect(power(30, 0.34, 0, 0.95)).toBeGreaterThan(0.97);
});
