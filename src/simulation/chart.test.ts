import { expect, test } from 'vitest';
import { chart } from './chart.ts';
import type { StudyRow } from './study.ts';

const row = (concurrency: number, budget: number, hours: number, shipped: number): StudyRow => ({
  landscape: 'a<b',
  policy: 'huxley',
  budget,
  concurrency,
  batch: 4,
  seeds: 20,
  shipped: { mean: shipped, se: 0.01 },
  best: { mean: 0.9, se: 0.01 },
  root: { mean: 0.4 },
  variants: 30,
  evaluations: 100,
  expansions: 30,
  hours,
  decisionsPerSecond: 1000,
  promoted: 0.5,
  belowRoot: 0,
  coverage: 0.9,
  beliefCoverage: 0.9,
});

test('a line for each number of jobs in both panels, and a ring where more jobs stop helping', () => {
  const rows = [1, 8, 16].flatMap((jobs) => [
    row(jobs, 100, 20 / Math.min(jobs, 8), 0.5),
    row(jobs, 200, 40 / Math.min(jobs, 8), 0.6),
  ]);
  const svg = chart(rows);
  expect(svg.match(/<polyline/g)).toHaveLength(2 * 3);
  expect(svg.match(/more than 8 jobs at once stop helping/g)).toHaveLength(1);
  expect(svg).toContain('huxley 16x4');
  expect(svg).toContain('a&lt;b');
  expect(svg).not.toContain('NaN');
  expect(chart([row(8, 100, 3, 0.5)])).not.toMatch(/NaN|stop helping|8x4/);
});
