import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replay } from '../../archive/reduce.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { createRng } from '../../model/rng.ts';
import { TreeBelief } from './belief.ts';
import { ScoreWeight } from './score-weight.ts';
import { normalCdf } from './special.ts';

const made = { kind: 'made', resolved: false } as const;
const resolved = { kind: 'result', resolved: true } as const;
const scored = (score: number) => ({ kind: 'result', resolved: false, score }) as const;

test('scores count where the root resolved next to nothing, less with every attempt resolved since, by hand', () => {
  const weight = new ScoreWeight(4);
  for (const score of [0.5, 0.25, 0.5, 0.75]) weight.see(scored(score));
  expect(weight.value).toBe(0);
  weight.see(made);
  expect(weight.value).toBe(1);
  weight.see(resolved);
  expect(weight.value).toBe(0.75);
  for (let i = 0; i < 3; i++) weight.see(resolved);
  expect(weight.value).toBe(0);
});

test('they count where it resolved a twentieth, and never where it resolved more', () => {
  for (const [unresolved, counts] of [
    [18, false],
    [19, true],
  ] as const) {
    const weight = new ScoreWeight(40);
    weight.see(resolved);
    for (let i = 0; i < unresolved; i++) weight.see(scored(0.5));
    for (const fact of [made, scored(0.5), made]) weight.see(fact);
    expect(weight.value > 0).toBe(counts);
  }
});

test('the weight is a share, falls with every attempt resolved, and is none where scores leave nothing to tell', () => {
  const results = fc.array(fc.oneof(fc.constant(resolved), fc.double({ min: 0, max: 0.99, noNaN: true }).map(scored)));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), results, (tasks, facts) => {
      const weight = new ScoreWeight(tasks);
      weight.see(made);
      for (const fact of facts) {
        const before = weight.value;
        weight.see(fact);
        expect(weight.value).toBeGreaterThanOrEqual(0);
        expect(weight.value).toBeLessThanOrEqual(1);
        if (fact.resolved) expect(weight.value).toBeLessThanOrEqual(before);
      }
      const scores = facts.flatMap((fact) => ('score' in fact ? [fact.score] : []));
      const enough = facts.length - scores.length >= tasks;
      if (enough || scores.every((score) => score === 0)) expect(weight.value).toBe(0);
    }),
  );
});

const prior = {
  trust: 0,
  named: false,
  slip: 0,
  difficultySd: 1.5,
  rootSd: 1.5,
  driftSd: 0.2,
  gain: 0.1,
  gainSd: 0.4,
  broken: 0.2,
  brokenGain: -1.5,
  brokenSd: 0.5,
  weight: 10,
};

/** The root and a child, each unresolved on its own task with this score, as runs by these rules believe it. */
function believe(scores: readonly [number, number], rules: number): TreeBelief {
  const paid = { costUSD: 0, seconds: 0 };
  const tried = scores.map((score, number) => ({
    type: 'evaluation.done' as const,
    job: 'e',
    variant: `v${number}` as const,
    task: `t${number}`,
    split: 'search' as const,
    outcome: 'unresolved' as const,
    score,
    ...paid,
  }));
  const events: ArchiveEvent[] = [
    {
      type: 'run.started',
      run: 'r',
      seed: 1,
      policy: { name: 'huxley', params: {} },
      budget: 100,
      expansionCost: 2,
      concurrency: 1,
      batch: 1,
      costUSD: null,
      suite: { name: 's', digest: '' },
      tasks: ['t0', 't1'],
      heldOut: [],
      root: { sha: '', tree: '' },
      confidence: 0.95,
      rules,
    },
    tried[0]!,
    { type: 'expansion.ordered', job: 'x', decision: null, variant: 'v1', parent: 'v0', operator: 'mutation' },
    { type: 'expansion.made', job: 'x', variant: 'v1', sha: '', tree: '', summary: '', ...paid },
    tried[1]!,
  ];
  const { search } = replay(events);
  const belief = new TreeBelief(prior, search.tasks.length);
  belief.follow(search);
  return belief;
}

test('a score is a test of the task passed in part: it agrees with draws from the model', () => {
  for (const scores of [
    [0.5, 0.5],
    [0.2, 0.8],
    [0.8, 0.2],
  ] as const) {
    const belief = believe(scores, 3);
    const rng = createRng(5);
    let [total, sum, square] = [0, 0, 0];
    for (let draw = 0; draw < 200_000; draw++) {
      const root = 1.5 * rng.normal();
      const drift = 0.2 * Math.SQRT2 * rng.normal();
      const step = rng.next() < 0.2 ? -1.5 + 0.5 * rng.normal() : 0.1 + drift + 0.4 * rng.normal();
      let weight = 1;
      [root, root + step].forEach((ability, number) => {
        const ahead = (ability - 1.5 * rng.normal()) / 1.7;
        const test = normalCdf(ahead + 3 / 1.7);
        weight *= (1 - normalCdf(ahead)) * test ** scores[number]! * (1 - test) ** (1 - scores[number]!);
      });
      total += weight;
      sum += weight * (root + step);
      square += weight * (root + step) ** 2;
    }
    const mean = sum / total;
    const sd = Math.sqrt(square / total - mean ** 2);
    expect(Math.abs(belief.ability(1) - mean) / sd, `${scores}`).toBeLessThan(0.2);
    expect(Math.sqrt(belief.abilityVar(1)) / sd, `${scores}`).toBeGreaterThan(0.85);
    expect(Math.sqrt(belief.abilityVar(1)) / sd, `${scores}`).toBeLessThan(1.15);
  }
});

test('runs from before go on without scores', () => {
  const [low, high] = [believe([0.2, 0.2], 2), believe([0.2, 0.9], 2)];
  expect(high.ability(1)).toBe(low.ability(1));
  expect(believe([0.2, 0.9], 3).ability(1)).toBeGreaterThan(believe([0.2, 0.2], 3).ability(1));
});
