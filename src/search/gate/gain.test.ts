import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gainOf } from './gain.ts';

const tasks = fc.array(fc.array(fc.constantFrom(-1, 0, 0.5, 1), { maxLength: 5 }), { minLength: 1, maxLength: 40 });

test('the intervals hold the mean, those of other tasks are no narrower, and a smaller share makes them wider', () => {
  fc.assert(
    fc.property(tasks, (pairs) => {
      const { mean, here, alike } = gainOf(pairs, 0.8);
      const less = gainOf(pairs, 0.1);
      for (const { lower, upper } of [here, alike]) {
        expect(lower).toBeLessThanOrEqual(mean);
        expect(upper).toBeGreaterThanOrEqual(mean);
        expect(lower).toBeGreaterThanOrEqual(-1);
        expect(upper).toBeLessThanOrEqual(1);
      }
      expect(here.lower).toBeGreaterThanOrEqual(alike.lower);
      expect(here.upper).toBeLessThanOrEqual(alike.upper);
      expect(less.here.lower).toBeLessThanOrEqual(here.lower);
      expect(less.alike.upper).toBeGreaterThanOrEqual(alike.upper);
    }),
  );
});

test('by hand: ten tasks, of which four are gained and one lost', () => {
  const { mean, alike, here } = gainOf([...Array(4).fill([1]), [-1], ...Array(5).fill([0])], 1);
  expect(mean).toBeCloseTo(0.3, 12);
  // Variance (4 x .49 + 1.69 + 5 x .09 + .05) / 9; Student's t with 9 degrees of freedom is 1.833 at 95 %.
  const width = 1.8331 * Math.sqrt((4 * 0.49 + 1.69 + 5 * 0.09 + 0.05) / 9 / 10);
  expect(alike.lower).toBeCloseTo(0.3 - width, 3);
  expect(here).toEqual(alike);
});

test('tasks without a pair are left out, and without any nothing is known', () => {
  expect(gainOf([[], [1], [0], []], 1)).toEqual(gainOf([[1], [0]], 1));
  expect(gainOf([[]], 1)).toEqual({ mean: 0, here: { lower: -1, upper: 1 }, alike: { lower: -1, upper: 1 } });
});
