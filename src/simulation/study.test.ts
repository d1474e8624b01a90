import { expect, test } from 'vitest';
import { enoughJobs, estimate, paired, summarize } from './study.ts';
import type { Trial } from './trial.ts';

const trial = (shipped: number, root = 0.4): Trial => ({
  shipped,
  best: 0.8,
  root,
  variants: 3,
  evaluations: 10,
  expansions: 2,
  decisions: 12,
  hours: 4,
  predictions: undefined,
  promoted: shipped > 0.5,
  covered: true,
  believed: false,
});

test('means, errors and shares, by hand', () => {
  expect(estimate([1, 2, 3])).toEqual({ mean: 2, se: Math.sqrt(2 / 2 / 3) });
  const row = summarize(
    { landscape: 'l', policy: 'p', budget: 14, concurrency: 8, batch: 4 },
    [trial(0.6), trial(0.395), trial(0.38)],
    2,
  );
  expect(row).toMatchObject({
    seeds: 3,
    variants: 3,
    hours: 4,
    decisionsPerSecond: 18,
    coverage: 1,
    beliefCoverage: 0,
  });
  expect(row.promoted).toBeCloseTo(1 / 3);
  expect(row.belowRoot).toBeCloseTo(1 / 3);
});

test('policies are compared seed by seed', () => {
  const { mean, se } = paired([trial(0.5), trial(0.7)], [trial(0.4), trial(0.6)]);
  expect(mean).toBeCloseTo(0.1);
  expect(se).toBeCloseTo(0);
});

test('more jobs stop helping where they save little time or cost much of the gain', () => {
  const speeds = (...rows: [concurrency: number, hours: number, gain: number][]) =>
    rows.map(([concurrency, hours, gain]) => ({ concurrency, hours, gain }));
  expect(enoughJobs(speeds([1, 42, 0.35], [2, 25, 0.34], [4, 15, 0.32], [8, 11, 0.3], [16, 10, 0.29]))).toBe(8);
  expect(enoughJobs(speeds([8, 6, 0.25], [1, 42, 0.35], [32, 2, 0.1]))).toBe(8);
  expect(enoughJobs(speeds([1, 40, 0.35], [4, 20, 0.35]))).toBeNull();
  expect(enoughJobs(speeds([1, 40, 0.35], [4, 27, 0.35]))).toBe(1);
  expect(enoughJobs(speeds([1, 40, 0], [2, 20, 0]))).toBeNull();
  expect(enoughJobs([])).toBeNull();
});
