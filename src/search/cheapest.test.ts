import { expect, test } from 'vitest';
import { replay } from '../archive/reduce.ts';
import type { ArchiveEvent } from '../model/event.ts';
import type { GateRules } from '../model/gate/verdict.ts';
import { cheaperOnes, costRatio } from './cheapest.ts';
import { choose } from './decide.ts';
import type { Belief } from './policies/policy.ts';

const sha = 'a'.repeat(40);
const tasks = Array.from({ length: 8 }, (_, i) => `t${i}`);
const GOAL: GateRules = {
  test: 'sequential',
  promise: 'share',
  evaluations: 10,
  goal: 'cost',
  margin: 0.1,
  saving: 0.2,
};
const SCORE: GateRules = { test: 'sequential', promise: 'share', evaluations: 10 };

interface Arm {
  /** Of a task, which costs more the later it comes. */
  readonly costUSD: number;
  readonly on: readonly string[];
  readonly tokens?: number;
}

/** A run whose variants, the root first, were measured as given. */
function runOf(gate: GateRules, arms: readonly Arm[]) {
  const made = arms.slice(1).flatMap((_, i): ArchiveEvent[] => {
    const [job, variant] = [`x${i}`, `v${i + 1}`] as const;
    return [
      { type: 'expansion.ordered', job, decision: null, variant, parent: 'v0', operator: 'mutation' },
      { type: 'expansion.made', job, variant, sha, tree: sha, summary: '', costUSD: 9, seconds: 0 },
    ];
  });
  const measured = arms.flatMap(({ costUSD, on, tokens = 10 }, i): ArchiveEvent[] => {
    const about = { job: `e${i}`, variant: `v${i}`, split: 'search' } as const;
    return [
      { type: 'evaluation.ordered', decision: null, tasks: on, ...about },
      ...on.map(
        (task): ArchiveEvent => ({
          type: 'evaluation.done',
          task,
          outcome: 'resolved',
          costUSD: costUSD * (1 + Number(task.slice(1))),
          tokens,
          seconds: 1,
          ...about,
        }),
      ),
    ];
  });
  const started: ArchiveEvent = {
    type: 'run.started',
    run: 'r1',
    seed: 1,
    policy: { name: 'huxley', params: {} },
    budget: 60,
    expansionCost: 1,
    concurrency: 1,
    batch: 4,
    costUSD: null,
    suite: { name: 's', digest: 'd' },
    tasks,
    heldOut: ['x'],
    root: { sha, tree: sha },
    confidence: 0.95,
    gate,
  };
  return replay([started, ...made, ...measured]);
}
const believed = (...means: readonly number[]): Belief[] =>
  means
    .map((mean, variant) => ({ variant, mean, lower: mean, upper: mean, score: mean }))
    .sort((a, b) => b.score - a.score || a.variant - b.variant);
const ROOT: Arm = { costUSD: 0.1, on: tasks };

test('of those not worse and clearly cheaper, the cheapest is shipped; where there is none, the root is', () => {
  const archive = runOf(GOAL, [
    ROOT,
    { costUSD: 0.06, on: tasks },
    { costUSD: 0.05, on: tasks },
    { costUSD: 0.01, on: tasks },
    { costUSD: 0.01, on: tasks.slice(0, 4) },
  ]);
  // v3 is believed to be worse by more than the margin, and v4 has too few evaluations.
  const ranking = believed(0.5, 0.7, 0.45, 0.3, 0.6);
  expect(choose(archive, ranking)).toMatchObject({
    best: { variant: 2 },
    because:
      'v2 costs 50 % less than the root on the same tasks, the cheapest of 2 variants believed to score within 10 points of the root and clearly cheaper',
  });
  const dear = runOf(GOAL, [ROOT, { costUSD: 0.095, on: tasks }]);
  expect(choose(dear, believed(0.5, 0.9))).toMatchObject({
    best: { variant: 0 },
    because: 'no variant believed to score within 10 points of the root is clearly cheaper',
  });
});

test('costs are compared on the same tasks, in tokens where dollars are not known of all', () => {
  const early = runOf(GOAL, [ROOT, { costUSD: 0.1, on: tasks.slice(0, 5) }]).search.variants;
  expect(costRatio(early[1]!, early[0]!)).toBeCloseTo(1, 12);
  const free = runOf(GOAL, [
    { ...ROOT, tokens: 40 },
    { costUSD: 0, on: tasks },
  ]).search.variants;
  expect(costRatio(free[1]!, free[0]!)).toBe(0.25);
  const unknown = runOf(GOAL, [
    { ...ROOT, tokens: 0 },
    { costUSD: 0, on: tasks },
  ]);
  expect(costRatio(unknown.search.variants[1]!, unknown.search.variants[0]!)).toBeNull();
  expect(cheaperOnes(unknown.search, believed(0.5, 0.9), { goal: 'cost', margin: 0.1, saving: 0.2 })).toEqual([]);
});

test('without the goal the best is shipped, and no costs are kept', () => {
  const archive = runOf(SCORE, [ROOT, { costUSD: 0.2, on: tasks }]);
  expect(choose(archive, believed(0.5, 0.6))).toMatchObject({
    best: { variant: 1 },
    because: 'v1 is best-belief of 2 variants',
  });
  expect(archive.search.variants.map((variant) => variant!.costs.size)).toEqual([0, 0]);
});
