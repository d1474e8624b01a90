import fc from 'fast-check';
import { expect, test } from 'vitest';
import { variantId } from '../../model/ids.ts';
import type { RunView } from '../view.ts';
import { paretoFront, runChart, type ScoreCost, scoreCostChart } from './pareto.ts';

const point = (number: number, resolved: number, n: number, cost: number): ScoreCost => ({
  variant: variantId(number),
  resolved,
  n,
  cost,
});
const POINTS = [
  point(0, 22, 60, 84_000),
  point(1, 9, 14, 60_500),
  point(2, 19, 26, 120_000),
  point(3, 2, 10, 90_000),
  point(4, 4, 4, 1_000),
  point(12, 5, 5, 240_000),
];

test('score and cost of variants', () => {
  expect(scoreCostChart(POINTS, 'tokens')).toMatchInlineSnapshot(`
    "\`\`\`mermaid
    quadrantChart
      x-axis "cheaper" --> "up to 240K tokens an evaluation"
      y-axis "resolves less" --> "resolves more"
      v0: [0.333, 0.367]
      v1: [0.239, 0.643]
      v2: [0.475, 0.731]
      v3: [0.356, 0.2]
      v12: [0.95, 1]
    \`\`\`
    Pareto front (no variant resolves more for less): **v1** 9/14 at 60.5K tokens, **v2** 19/26 at 120K tokens, **v12** 5/5 at 240K tokens per evaluation."
  `);
  expect(
    scoreCostChart(
      POINTS.map((each) => ({ ...each, cost: each.cost / 1e7 })),
      'USD',
    ),
  ).toMatchInlineSnapshot(`
    "\`\`\`mermaid
    quadrantChart
      x-axis "cheaper" --> "up to $0.024 an evaluation"
      y-axis "resolves less" --> "resolves more"
      v0: [0.332, 0.367]
      v1: [0.239, 0.643]
      v2: [0.475, 0.731]
      v3: [0.356, 0.2]
      v12: [0.95, 1]
    \`\`\`
    Pareto front (no variant resolves more for less): **v1** 9/14 at $0.0061, **v2** 19/26 at $0.012, **v12** 5/5 at $0.024 per evaluation."
  `);
  expect(scoreCostChart(POINTS.slice(3), 'tokens')).toBe('');
});

test('of the front no point is dominated, and every other point is', () => {
  const points = fc
    .array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 30 })
    .map((all) => all.map(([resolved, cost], i) => point(i, resolved, 4, cost)));
  const dominates = (a: ScoreCost, b: ScoreCost) =>
    a.resolved >= b.resolved && a.cost <= b.cost && (a.resolved > b.resolved || a.cost < b.cost);
  fc.assert(
    fc.property(points, (all) => {
      const front = new Set(paretoFront(all));
      for (const each of all) expect(all.some((other) => dominates(other, each))).toBe(!front.has(each.variant));
    }),
  );
});

test('a chart is bounded and holds the whole front', () => {
  const coordinate = /^ {2}v\d+: \[(?:0(?:\.\d{1,3})?|1), (?:0(?:\.\d{1,3})?|1)\]$/;
  const points = fc.array(fc.tuple(fc.nat(50), fc.double({ min: 1e-9, max: 1e9, noNaN: true })), {
    minLength: 3,
    maxLength: 80,
  });
  fc.assert(
    fc.property(points, fc.constantFrom('USD', 'tokens'), (all, unit) => {
      const shown = all.map(([resolved, cost], i) => point(i, resolved, 50, cost));
      const drawn = scoreCostChart(shown, unit)
        .split('\n')
        .filter((line) => line.includes(': ['));
      expect(drawn.length).toBe(Math.min(30, all.length));
      for (const line of drawn) expect(line).toMatch(coordinate);
      for (const variant of paretoFront(shown).slice(0, 30))
        expect(drawn.some((line) => line.startsWith(`  ${variant}:`))).toBe(true);
    }),
  );
});

test('what is out of the search beats nobody', () => {
  const variants = POINTS.map(({ variant, resolved, n, cost }) => ({
    ...{ variant, own: { resolved, n }, tokensPerSolved: (cost * n) / resolved },
    state: variant === 'v1' ? 'tampered' : variant === 'v12' ? 'pruned' : 'measured',
  }));
  const chart = runChart({ variants } as unknown as RunView);
  expect(chart).toContain('**v0** 22/60 at 84K tokens, **v2** 19/26');
  expect(chart).not.toMatch(/v1\b|v12/);
});
