import { expect, test } from 'vitest';
import type { Archive } from '../../archive/archive.ts';
import { reduce, replay } from '../../archive/reduce.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { createRng } from '../../model/rng.ts';
import { BeliefEnsemble } from '../policies/huxley/belief-ensemble.ts';
import { TreeBelief } from './belief.ts';
import type { Prior } from './prior.ts';
import { normalCdf } from './special.ts';

const prior: Prior = {
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

/** An archive in which each variant, named by its parent, has these results by task: `+`, `-`, or anything else for none. */
function archiveOf(variants: readonly { parent: number; results: string }[]): Archive {
  const tasks = Array.from(variants[0]!.results, (_, task) => `t${task}`);
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
      tasks,
      heldOut: [],
      root: { sha: '', tree: '' },
      confidence: 0.95,
    },
  ];
  const paid = { costUSD: 0, seconds: 0 };
  variants.forEach(({ parent, results }, number) => {
    const variant = `v${number}` as const;
    const job = `x${number}`;
    if (number > 0)
      events.push(
        { type: 'expansion.ordered', job, decision: null, variant, parent: `v${parent}`, operator: 'mutation' },
        { type: 'expansion.made', job, variant, sha: '', tree: '', summary: '', ...paid },
      );
    Array.from(results).forEach((mark, task) => {
      if (mark !== '+' && mark !== '-') return;
      const outcome = mark === '+' ? 'resolved' : 'unresolved';
      events.push({
        type: 'evaluation.done',
        job: 'e',
        variant,
        task: tasks[task]!,
        split: 'search',
        outcome,
        ...paid,
      });
    });
  });
  return replay(events);
}

function believe(archive: Archive, of = prior): TreeBelief {
  const belief = new TreeBelief(of, archive.search.tasks.length);
  belief.follow(archive.search);
  return belief;
}

test('one resolved task moves ability and difficulty apart, by hand', () => {
  const belief = believe(archiveOf([{ parent: -1, results: '+.' }]));
  const scale = Math.sqrt(2.89 + 2.25 + 2.25);
  const first = Math.sqrt(2 / Math.PI) / scale;
  expect(belief.ability(0)).toBeCloseTo(2.25 * first, 6);
  expect(belief.abilityVar(0)).toBeCloseTo(2.25 - 2.25 ** 2 * first ** 2, 6);
  expect(belief.difficulty(0)).toBeCloseTo(-2.25 * first, 6);
  expect(belief.difficulty(1)).toBe(0);
  expect(belief.logEvidence).toBeCloseTo(Math.log(0.5), 9);
});

test('an unmeasured child is its parent, changed by the two fates, by hand', () => {
  const belief = believe(
    archiveOf([
      { parent: -1, results: '.' },
      { parent: 0, results: '.' },
    ]),
  );
  const works = 2.25 + 2 * 0.04 + 0.16;
  const falls = 2.25 + 0.25;
  expect(belief.ability(1)).toBeCloseTo(0.8 * 0.1 + 0.2 * -1.5, 9);
  expect(belief.abilityVar(1)).toBeCloseTo(0.8 * works + 0.2 * falls + 0.16 * 1.6 ** 2, 6);
  expect(belief.works(1)).toBeCloseTo(0.8, 9);
});

test('the belief agrees with brute force: weighted draws from the model itself', () => {
  const results = ['+-+', '++-', '---'];
  const belief = believe(archiveOf(results.map((marks, i) => ({ parent: i - 1, results: marks }))));
  const rng = createRng(5);
  const sums = [0, 0, 0];
  let works = 0;
  let total = 0;
  for (let draw = 0; draw < 100_000; draw++) {
    const b = [0, 1, 2].map(() => 1.5 * rng.normal());
    const abilities = [1.5 * rng.normal()];
    let drift = 0.2 * rng.normal();
    let whole = 1;
    for (const child of [1, 2]) {
      drift += 0.2 * rng.normal();
      const broken = rng.next() < 0.2;
      if (child === 2 && broken) whole = 0;
      const step = broken ? -1.5 + 0.5 * rng.normal() : 0.1 + drift + 0.4 * rng.normal();
      abilities.push(abilities[child - 1]! + step);
    }
    let weight = 1;
    results.forEach((marks, v) => {
      Array.from(marks).forEach((mark, t) => {
        const p = 1 / (1 + Math.exp(b[t]! - abilities[v]!));
        weight *= mark === '+' ? p : 1 - p;
      });
    });
    total += weight;
    works += weight * whole;
    abilities.forEach((ability, v) => {
      sums[v]! += weight * ability;
    });
  }
  for (const v of [0, 1, 2]) {
    const error = Math.abs(belief.ability(v) - sums[v]! / total) / Math.sqrt(belief.abilityVar(v));
    expect(error, `v${v}, in posterior standard deviations`).toBeLessThan(0.35);
  }
  expect(Math.abs(belief.works(2) - works / total)).toBeLessThan(0.06);
});

test('attempts at one pair are worth less than at as many: it agrees with draws of what the pair has of its own', () => {
  const shared = 0.3;
  const link = 1.7 ** 2;
  const repeated = (marks: string): Archive => {
    const once = archiveOf([{ parent: -1, results: '-+' }]);
    return Array.from(marks).reduce(
      (archive, mark, index) =>
        reduce(archive, {
          type: 'evaluation.done',
          job: 'e',
          variant: 'v0',
          task: 't1',
          split: 'search',
          round: index + 1,
          outcome: mark === '+' ? 'resolved' : 'unresolved',
          costUSD: 0,
          seconds: 0,
        }),
      once,
    );
  };
  for (const marks of ['++', '++++', '--', '-+']) {
    const belief = believe(repeated(marks));
    const rng = createRng(9);
    let [total, sum, square] = [0, 0, 0];
    for (let draw = 0; draw < 200_000; draw++) {
      const ability = 1.5 * rng.normal();
      const chance = (more: number, spread: number) =>
        normalCdf((ability - 1.5 * rng.normal() + more) / Math.sqrt(spread));
      const pair = chance(Math.sqrt(shared * link) * rng.normal(), (1 - shared) * link);
      let weight = pair * (1 - chance(0, link));
      for (const mark of marks) weight *= mark === '+' ? pair : 1 - pair;
      total += weight;
      sum += weight * ability;
      square += weight * ability ** 2;
    }
    const mean = sum / total;
    const sd = Math.sqrt(square / total - mean ** 2);
    expect(Math.abs(belief.ability(0) - mean) / sd, marks).toBeLessThan(0.2);
    expect(Math.sqrt(belief.abilityVar(0)) / sd, marks).toBeGreaterThan(0.9);
    expect(Math.sqrt(belief.abilityVar(0)) / sd, marks).toBeLessThan(1.1);
  }
});

test('relatives share evidence both ways', () => {
  const family = (grandchild: string) =>
    believe(
      archiveOf([
        { parent: -1, results: '+-+-' },
        { parent: 0, results: '....' },
        { parent: 1, results: grandchild },
      ]),
    );
  expect(family('++++').ability(1)).toBeGreaterThan(family('----').ability(1));
  expect(family('++++').ability(0)).toBeGreaterThan(family('----').ability(0));
  expect(family('----').works(2)).toBeLessThan(family('++++').works(2));
});

test('it is the same whether it is asked often or once, and notices another history', () => {
  const marks = '+-++--+-+--+++-+';
  const variants = Array.from({ length: 12 }, (_, i) => ({ parent: Math.floor((i - 1) / 2), results: marks }));
  const whole = archiveOf(variants);
  const once = believe(whole);
  const often = new TreeBelief(prior, 16);
  const ensemble = new BeliefEnsemble(16);
  for (let size = 1; size <= variants.length; size++) {
    const part = { ...whole.search, lastFact: factAt(whole, size * 17 - 1) };
    expect(often.follow(part)).toBe(true);
    expect(ensemble.follow(part)).toBe(true);
    often.ability(0);
  }
  for (let node = 0; node < 12; node++) expect(often.ability(node)).toBe(once.ability(node));
  expect(often.gain).toBe(once.gain);
  expect(often.follow(archiveOf(variants.slice(0, 3)).search)).toBe(false);
  expect(ensemble.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
});

function factAt(archive: Archive, seq: number) {
  let at = archive.search.lastFact;
  while (at && at.seq > seq) at = at.before;
  return at;
}
