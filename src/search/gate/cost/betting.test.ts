import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bettingP, lowerBound, narrowestMargin } from './betting.ts';

/** The exact chance that `n` draws of -1, 0, 1 with these chances are rejected. */
function rejected(n: number, lost: number, won: number, level: number): number {
  let total = 0;
  const values: number[] = [];
  const walk = (chance: number) => {
    if (values.length === n) {
      if (bettingP(values, won - lost, level) <= level) total += chance;
      return;
    }
    for (const [value, share] of [
      [-1, lost],
      [0, 1 - lost - won],
      [1, won],
    ] as const) {
      values.push(value);
      walk(chance * share);
      values.pop();
    }
  };
  walk(1);
  return total;
}

test.each([0.05, 0.2])('at level %d every sequence of eight draws, counted out, is rejected no more often', (level) => {
  for (const lost of [0.05, 0.2, 0.35, 0.6])
    for (const won of [0, 0.1, 0.3]) expect(rejected(8, lost, won, level)).toBeLessThanOrEqual(level);
  expect(rejected(8, 0.35, 0.1, 0.2)).toBeGreaterThan(0.1);
});

test('nothing lost shows the narrowest margin there is, and no narrower one', () => {
  for (const n of [12, 33, 59, 100, 300]) {
    const least = narrowestMargin(n, 0.05);
    const nothing = Array<number>(n).fill(0);
    expect(bettingP(nothing, -least * 1.15, 0.05)).toBeLessThanOrEqual(0.05);
    expect(bettingP(nothing, -least * 0.99, 0.05)).toBeGreaterThan(0.05);
  }
  expect(narrowestMargin(33, 0.05)).toBeCloseTo(0.0868, 4);
});

test('a bound is where the test stops rejecting, and lies below the mean', () => {
  const value = fc.constantFrom(-1, -1 / 3, 0, 1 / 3, 1);
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
      const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
      const bound = lowerBound(values, 0.05, -1, mean);
      expect(bound).toBeGreaterThanOrEqual(-1);
      expect(bound).toBeLessThanOrEqual(mean);
      if (bound > -1) expect(bettingP(values, bound, 0.05)).toBeLessThanOrEqual(0.05);
      const p = bettingP(values, -0.1, 0.05);
      expect(p > 0 && p <= 1).toBe(true);
    }),
    { numRuns: 300 },
  );
  expect(lowerBound(Array<number>(30).fill(1), 0.05, -1, 1)).toBeGreaterThan(0.7);
});
