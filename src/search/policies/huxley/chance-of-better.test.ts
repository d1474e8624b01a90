import { expect, test } from 'vitest';
import { replay } from '../../../archive/reduce.ts';
import type { ArchiveEvent } from '../../../model/event.ts';
import { createRng } from '../../../model/rng.ts';
import { TreeBelief } from '../../belief/belief.ts';
import { normalCdf } from '../../belief/special.ts';
import { jointly, timesBettered } from './chance-of-better.ts';

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
const paid = { costUSD: 0, seconds: 0 };

/** A chain of variants with these results by task. */
function believe(results: readonly string[]): TreeBelief {
  const tasks = Array.from(results[0]!, (_, task) => `t${task}`);
  const policy = { name: 'huxley', params: {} };
  const started = { run: 'r', seed: 1, policy, budget: 100, expansionCost: 2, concurrency: 1, batch: 1, costUSD: null };
  const suite = { suite: { name: 's', digest: '' }, tasks, heldOut: [], root: { sha: '', tree: '' }, confidence: 0.95 };
  const events: ArchiveEvent[] = [{ type: 'run.started', ...started, ...suite }];
  results.forEach((marks, number) => {
    const variant = `v${number}` as const;
    const job = `x${number}`;
    if (number > 0)
      events.push(
        { type: 'expansion.ordered', job, decision: null, variant, parent: `v${number - 1}`, operator: 'mutation' },
        { type: 'expansion.made', job, variant, sha: '', tree: '', summary: '', ...paid },
      );
    Array.from(marks).forEach((mark, task) => {
      const outcome = mark === '+' ? ('resolved' as const) : ('unresolved' as const);
      if (mark !== '.')
        events.push({ type: 'evaluation.done', job, variant, task: tasks[task]!, split: 'search', outcome, ...paid });
    });
  });
  const { search } = replay(events);
  const belief = new TreeBelief(prior, tasks.length);
  belief.follow(search);
  return belief;
}

const DRAWS = 20_000;
const chance = (belief: TreeBelief, more: Partial<Parameters<typeof timesBettered>[1]>) =>
  timesBettered(belief, { best: 0, parents: [0], expansions: 1, made: 1, margin: 0, ...more }, DRAWS, createRng(4)) /
  DRAWS;

test('nodes drawn together have the believed means and spreads, and abilities of a lineage go together', () => {
  const belief = believe(['+-+-+-', '++-.--', '+++++.']);
  const draw = jointly(belief, [2, 0, 1]);
  const rng = createRng(1);
  const draws = Array.from({ length: DRAWS }, () => draw(rng));
  const mean = (of: (nodes: ReturnType<typeof draw>) => number) => draws.reduce((sum, d) => sum + of(d), 0) / DRAWS;
  [2, 0, 1].forEach((node, at) => {
    const ability = mean((nodes) => nodes[at]!.ability);
    const variance = mean((nodes) => (nodes[at]!.ability - ability) ** 2);
    expect(Math.abs(ability - belief.ability(node)) / Math.sqrt(belief.abilityVar(node))).toBeLessThan(0.1);
    expect(variance / belief.abilityVar(node)).toBeGreaterThan(0.85);
    expect(variance / belief.abilityVar(node)).toBeLessThan(1.15);
  });
  const apart =
    mean((nodes) => (nodes[0]!.ability - nodes[2]!.ability) ** 2) - (belief.ability(2) - belief.ability(1)) ** 2;
  expect(apart).toBeLessThan(belief.abilityVar(1) + belief.abilityVar(2));
});

test('one child of the best is better as often as the belief says a step is positive', () => {
  const { gain, driftSd, gainSd, broken, brokenGain, brokenSd } = prior;
  const works = normalCdf(gain / Math.sqrt(2 * driftSd ** 2 + gainSd ** 2));
  const exact = (1 - broken) * works + broken * normalCdf(brokenGain / brokenSd);
  expect(chance(believe(['+-+-']), {})).toBeCloseTo(exact, 1.7);
});

test('more expansions help, a larger margin and failures do not, and nothing comes of nothing', () => {
  const belief = believe(['+-+-+-', '++++--']);
  const of = { best: 1, parents: [1, 0] };
  expect(chance(belief, { ...of, expansions: 10 })).toBeGreaterThan(chance(belief, { ...of, expansions: 2 }));
  expect(chance(belief, { ...of, margin: 0.1 })).toBeLessThan(chance(belief, { ...of, margin: 0.01 }));
  expect(chance(belief, { ...of, made: 0.3 })).toBeLessThan(chance(belief, of));
  expect(chance(belief, { ...of, made: 0 })).toBe(0);
  expect(chance(belief, { ...of, expansions: 0 })).toBe(0);
  expect(chance(belief, { ...of, margin: 1 })).toBe(0);
});
