import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outcomeCode } from '../../../archive/archive.ts';
import type { HeldOutComparison, HeldOutRound, Look } from '../../../archive/held-out.ts';
import type { GateRules, Grant } from '../../../model/gate/verdict.ts';
import { NO_HISTORY } from '../ledger.ts';
import { type Judged, judgeRounds, lookAfter, seeRounds, stopsFor } from '../rounds.ts';
import { lastRound } from './looks.ts';

const RULES: GateRules = {
  test: 'sequential',
  promise: 'share',
  evaluations: 200,
  goal: 'cost',
  margin: 0.1,
  saving: 0.2,
};
const grant = (after: number, evaluations: number, level: number): Grant => ({
  after,
  evaluations,
  level,
  ...NO_HISTORY,
});

interface Arm {
  readonly resolves: (task: number) => boolean;
  readonly costUSD: number;
  readonly tokens?: number;
}
const round = (tasks: number, { resolves, costUSD, tokens = 1 }: Arm): HeldOutRound => ({
  codes: Uint8Array.from({ length: tasks }, (_, task) => outcomeCode(resolves(task) ? 'resolved' : 'unresolved')),
  scores: Float64Array.from({ length: tasks }, (_, task) => Number(resolves(task))),
  costUSD: new Float64Array(tasks).fill(costUSD).map((cost, task) => cost * (1 + (task % 5))),
  tokens: new Float64Array(tasks).fill(tokens),
});
const half = (task: number) => task % 2 === 0;
const ROOT: Arm = { resolves: half, costUSD: 0.02 };

/** A comparison of `tasks` tasks whose rounds all come out alike, as far as its grants pay. */
function compare(tasks: number, variant: Arm, grants: readonly Grant[], { rules = RULES, least = 1 } = {}) {
  let comparison: HeldOutComparison = { grants: [grants[0]!], looks: [], leftOut: [] };
  for (let count = 1; ; count++) {
    const arms = [ROOT, variant].map((arm) => Array.from({ length: count }, () => round(tasks, arm)));
    const progress = { grants: comparison.grants, done: 2 * tasks * count, round: 2 * tasks };
    const seen = seeRounds(arms[0]!, arms[1]!, tasks, new Set(), count);
    const judged: Judged = { comparison, rules, seen, progress, barred: false };
    comparison = { ...comparison, looks: [...comparison.looks, lookAfter(judged, least)] };
    const now = { ...judged, comparison };
    const stopped = stopsFor(now);
    if (stopped === null) continue;
    const next = grants[comparison.grants.length];
    if (stopped === 'proof' || next === undefined)
      return { looks: comparison.looks, verdict: judgeRounds(now, stopped), now };
    comparison = { ...comparison, grants: [...comparison.grants, { ...next, after: progress.done }] };
  }
}
const spentBy = (looks: readonly Look[]) => looks.map(({ allowed }) => Number(allowed.toFixed(6)));

test('as good for half the cost is proof at the last look; dearer or worse is futile; what is not known, too', () => {
  const grants = [grant(0, 200, 0.04)];
  const cheap = compare(50, { resolves: half, costUSD: 0.01 }, grants);
  expect(spentBy(cheap.looks)).toEqual([0, 0.04]);
  expect(cheap.verdict).toMatchObject({
    passed: true,
    alpha: 0.04,
    evidence: { stopped: 'proof', rounds: 2, spent: 0.04 },
  });
  expect(cheap.verdict.evidence).toMatchObject({ cost: { why: 'passed', margin: 0.1, saving: 0.2 } });
  expect(cheap.verdict.p).toBe(Math.max(...Object.values(cheap.verdict.evidence!.cost!.p)));
  expect(cheap.verdict.evidence).not.toHaveProperty('more');
  const stops = (arm: Arm) => compare(50, arm, grants).verdict;
  expect(stops({ resolves: half, costUSD: 0.02 })).toMatchObject({
    passed: false,
    evidence: { stopped: 'futile', rounds: 1 },
  });
  expect(stops({ resolves: () => false, costUSD: 0.01 })).toMatchObject({
    passed: false,
    evidence: { stopped: 'futile' },
  });
  expect(stops({ resolves: half, costUSD: 0, tokens: Number.NaN })).toMatchObject({
    passed: false,
    evidence: { stopped: 'futile', cost: { why: 'cost unknown' } },
  });
});

test('all that was granted is kept for one look, after the last round', () => {
  const undecided: Arm = { resolves: (task) => half(task) && task % 8 !== 0, costUSD: 0.01 };
  expect(spentBy(compare(25, undecided, [grant(0, 200, 0.04)]).looks)).toEqual([0, 0, 0, 0.04]);
  expect(spentBy(compare(25, undecided, [grant(0, 10, 0.04)]).looks)).toEqual([0.04]);
});

test('bought evidence has a look of its own', () => {
  const undecided: Arm = { resolves: (task) => half(task) && task % 8 !== 0, costUSD: 0.01 };
  const { looks } = compare(25, undecided, [grant(0, 100, 0.04), grant(0, 150, 0.006)]);
  expect(spentBy(looks)).toEqual([0, 0.04, 0.04, 0.04, 0.046]);
});

test('a grant’s look comes after the rounds made before it, and within the rounds there can be', () => {
  fc.assert(
    fc.property(fc.nat(600), fc.integer({ min: 1, max: 4000 }), fc.nat(80), (after, evaluations, size) => {
      const before = Math.floor(after / Math.max(1, size));
      fc.pre(before <= 30);
      const last = lastRound({ after, evaluations }, size);
      expect(last).toBeGreaterThan(before);
      expect(last).toBeLessThanOrEqual(31);
    }),
  );
});
