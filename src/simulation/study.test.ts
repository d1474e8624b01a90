import { expect, test } from 'vitest';
import { estimate, paired, summarize } from './study.ts';
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
  promoted: shipped > 0.5,
  covered: true,
  believed: false,
});

test('means, errors and shares, by hand', () => {
  expect(estimate([1, 2, 3])).toEqual({ mean: 2, se: Math.sqrt(2 / 2 / 3) });
  const row = summarize({ landscape: 'l', policy: 'p', budget: 14 }, [trial(0.6), trial(0.395), trial(0.38)], 2);
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
