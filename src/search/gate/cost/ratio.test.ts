import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ratioOfMeans } from './ratio.ts';

const COST = fc.double({ min: 0.01, max: 100, noNaN: true });
const pairs = fc.array(fc.tuple(COST, COST), {
  minLength: 1,
  maxLength: 40,
});

/** The sign-flip test, every flip counted out. */
function signFlip(of: readonly number[], to: readonly number[], bound: number): number {
  const differences = to.map((each, i) => bound * each - of[i]!);
  const sum = (flips: number) => differences.reduce((total, each, i) => total + ((flips >> i) & 1 ? -each : each), 0);
  const flips = Array.from({ length: 2 ** of.length }, (_, i) => i);
  return flips.filter((each) => sum(each) >= sum(0) - 1e-9).length / flips.length;
}

test('it is the sign-flip test', () => {
  const of = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];
  const to = [6, 5, 4, 7, 3, 9, 8, 9, 2, 9, 7, 12];
  for (const bound of [0.5, 0.7, 0.8, 0.9, 1])
    expect(Math.abs(ratioOfMeans(of, to, bound, 0.05).p - signFlip(of, to, bound))).toBeLessThan(0.015);
});

test('it passes where the upper bound lies below, whatever the currency; what costs more never has a lower p', () => {
  fc.assert(
    fc.property(pairs, fc.double({ min: 0.1, max: 1, noNaN: true }), fc.nat(39), (both, bound, at) => {
      const [of, to] = [both.map(([each]) => each), both.map(([, each]) => each)];
      const { p, ratio } = ratioOfMeans(of, to, bound, 0.05);
      expect(p <= 0.05).toBe(ratio !== null && ratio.upper < bound * (1 - 1e-12));
      // Sums of equals, added up in another order, differ by rounding.
      const about = 1 + 1e-12;
      if (ratio !== null) expect(ratio.lower <= ratio.value * about && ratio.value <= ratio.upper * about).toBe(true);
      const [cents, million] = [of.map((each) => 2 ** 7 * each), to.map((each) => 2 ** 7 * each)];
      expect(ratioOfMeans(cents, million, bound, 0.05).p).toBe(p);
      const dearer = of.map((each, i) => (i === at % of.length ? 2 * each : each));
      expect(ratioOfMeans(dearer, to, bound, 0.05).p).toBeGreaterThanOrEqual(p);
    }),
    { numRuns: 100 },
  );
});

test('equal costs save nothing, and few pairs show nothing', () => {
  const same = Array.from({ length: 20 }, (_, i) => 0.1 * (i + 1));
  const part = same.map((each) => 0.8 * each);
  expect(ratioOfMeans(part, same, 0.8, 0.05).p).toBe(1);
  expect(ratioOfMeans([0, 0, 0], [1, 1, 1], 0.8, 0.05)).toMatchObject({ ratio: null });
  expect(ratioOfMeans([0, 0, 0], [0, 0, 0], 0.8, 0.05)).toEqual({ ratio: null, p: 1 });
  expect(ratioOfMeans([Number.NaN], [1], 0.8, 0.05)).toEqual({ ratio: null, p: 1 });
});
