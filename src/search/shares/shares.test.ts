import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Archive } from '../../archive/archive.ts';
import { replay } from '../../archive/reduce.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { OPERATORS, type OperatorName } from '../../model/operator.ts';
import { createRng } from '../../model/rng.ts';
import { chooseOperator } from '../operator.ts';
import { chooseByYield, sharesNow, type Yield, yieldsBy } from './shares.ts';

interface Expansion {
  readonly operator: OperatorName;
  readonly end: 'made' | 'failed' | 'lost' | 'flying' | 'tampered';
  readonly costUSD: number;
  readonly idea?: boolean;
  readonly parent?: `v${number}`;
}

/** A root that failed four of its six tasks, after so many expansions. */
function after(expansions: readonly Expansion[]): Archive {
  const paid = { costUSD: 0, seconds: 0 };
  const tasks = ['a', 'b', 'c', 'd', 'e', 'f'];
  const done = (variant: 'v0' | `v${number}`, task: string, outcome: 'resolved' | 'unresolved' | 'tampered') =>
    ({ type: 'evaluation.done', job: `e${variant}`, variant, task, split: 'search', outcome, ...paid }) as const;
  return replay([
    {
      ...{ type: 'run.started', run: 'r', seed: 1, policy: { name: 'huxley', params: {} }, budget: 1_000 },
      ...{ expansionCost: 2, concurrency: 1, batch: 4, costUSD: null, suite: { name: 's', digest: '' }, tasks },
      ...{ heldOut: [], root: { sha: '', tree: '' }, confidence: 0.95, rules: 3 },
    } as ArchiveEvent,
    ...tasks.map((task, at) => done('v0', task, at < 4 ? 'unresolved' : 'resolved')),
    ...expansions.flatMap(({ operator, end, costUSD, idea, parent = 'v0' }, at): ArchiveEvent[] => {
      const variant = `v${at + 1}` as const;
      const [job, by] = [variant, { decision: null, variant, parent } as const];
      const asked = idea ? { idea: { by: 'ada', text: 'Try less.' } } : {};
      const ends = { job, variant, costUSD, seconds: 0 };
      const made = { type: 'expansion.made', sha: '', tree: variant, summary: '', ...ends } as const;
      return [
        { type: 'expansion.ordered', job, operator, ...by, ...asked },
        ...(end === 'made' || end === 'tampered' ? [made] : []),
        ...(end === 'tampered' ? [done(variant, 'a', 'tampered')] : []),
        ...(end === 'failed'
          ? [{ type: 'expansion.failed', stage: 'modify', reason: 'nothing', ...ends } as const]
          : []),
        ...(end === 'lost' ? [{ type: 'expansion.lost', job, variant, reason: 'no runner' } as const] : []),
      ];
    }),
  ]);
}

const expansion = fc.record({
  operator: fc.constantFrom(...OPERATORS),
  end: fc.constantFrom('made', 'failed', 'lost', 'flying', 'tampered'),
  costUSD: fc.constantFrom(0, 0.1, 1),
  idea: fc.boolean(),
});

const byOperator = ({ operator }: { readonly operator: OperatorName | null }) => operator;

test('without any yield the choice is distributed by the shares, whichever operators are possible', () => {
  const rng = createRng(7);
  for (const shares of [[0.1, 0.45], [0.1, 0.45, 0.45, 0.1], [0.1, 0.45, 1 / 3, 1 / 3], [1]]) {
    const chosen = shares.map(() => 0);
    const draws = 20_000;
    for (let i = 0; i < draws; i++) chosen[chooseByYield(shares, [], 0.5, rng).index]!++;
    const sum = shares.reduce((a, b) => a + b, 0);
    shares.forEach((share, at) => {
      const p = share / sum;
      expect(Math.abs(chosen[at]! / draws - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / draws));
    });
  }
});

test('what ended is counted once, and costs add up to the number of expansions that ended', () => {
  fc.assert(
    fc.property(fc.array(expansion, { maxLength: 12 }), (expansions) => {
      const { search } = after(expansions);
      const yields = [...yieldsBy(search, () => 0.5, byOperator).values()];
      const counted = expansions.filter(({ end, idea }) => !idea && end !== 'lost' && end !== 'flying');
      const made = counted.filter(({ end }) => end === 'made').length;
      const sum = (value: (of: Yield) => number) => yields.reduce((all, each) => all + value(each), 0);
      expect(sum(({ ended }) => ended)).toBe(counted.length);
      expect(sum(({ made }) => made)).toBe(made);
      expect(sum(({ cost }) => cost)).toBeCloseTo(counted.length);
      expect(sum(({ worth }) => worth)).toBeCloseTo(made / 2);
    }),
  );
});

test('no operator is starved, and one that yields more comes more often', () => {
  const yielded = fc.nat(200).chain((ended) =>
    fc.record({
      ended: fc.constant(ended),
      made: fc.nat(ended),
      worth: fc.double({ min: 0, max: ended, noNaN: true }),
      cost: fc.double({ min: ended / 2, max: 2 * ended, noNaN: true }),
    }),
  );
  fc.assert(
    fc.property(fc.array(yielded, { minLength: 2, maxLength: 4 }), (yields) => {
      const shares = [0.1, 0.45, 0.45, 0.1].slice(0, yields.length);
      const now = sharesNow(shares, yields, 0.5);
      expect(now.reduce((a, b) => a + b, 0)).toBeCloseTo(1);
      for (const share of now) expect(share).toBeGreaterThan(0);
      const more = yields.with(0, { ...yields[0]!, worth: 2 * yields[0]!.worth + 10 });
      expect(sharesNow(shares, more, 0.5)[0]!).toBeGreaterThan(now[0]! - 0.03);
    }),
    { numRuns: 30 },
  );
});

test('an operator that made nothing ten times is hardly asked again; as good and dearer, it yields less', () => {
  const nothing = Array.from({ length: 10 }, () => ({ operator: 'reaction-norm', end: 'failed', costUSD: 0 }) as const);
  const good = Array.from({ length: 10 }, () => ({ operator: 'mutation', end: 'made', costUSD: 0 }) as const);
  const yields = yieldsBy(after([...nothing, ...good]).search, () => 0.5, byOperator);
  const now = sharesNow([0.1, 0.45], [yields.get('mutation'), yields.get('reaction-norm')], 1);
  expect(now[1]).toBeLessThan(0.35);

  const made = (operator: OperatorName, costUSD: number) => ({ operator, end: 'made', costUSD }) as const;
  const paid = after([1, 2, 3, 4].flatMap(() => [made('mutation', 2), made('reaction-norm', 1)])).search;
  const by = yieldsBy(paid, () => 0.5, byOperator);
  expect(by.get('mutation')!.cost).toBeCloseTo((4 * (1 + 4 / 3)) / 2);
  expect(by.get('mutation')!.worth).toBeCloseTo(by.get('reaction-norm')!.worth);
});

test('the choice is the same again, says what was drawn, and is that of before where nothing is learnt', () => {
  const { search } = after([{ operator: 'mutation', end: 'failed', costUSD: 0 }]);
  const learning = { weight: 0.5, worth: () => 0.5 };
  for (let seed = 0; seed < 20; seed++) {
    const choice = chooseOperator(search, 0, createRng(seed), 2, learning)!;
    expect(chooseOperator(search, 0, createRng(seed), 2, learning)).toEqual(choice);
    expect(choice.why).toMatch(/; shares drawn: mutation \d+ %, reaction-norm \d+ %$/);
    expect(chooseOperator(search, 0, createRng(seed), 2)!.why).not.toMatch(/yields|share/);
  }
});

test('what descends from a variant that tampered is no yield', () => {
  const made = { operator: 'mutation', end: 'made', costUSD: 1 } as const;
  const { search } = after([
    { ...made, end: 'tampered' },
    { ...made, parent: 'v1' },
    { ...made, parent: 'v2' },
    { ...made, operator: 'reaction-norm' },
  ]);
  const yields = yieldsBy(search, () => 1, byOperator);
  expect(yields.get('mutation')).toMatchObject({ ended: 3, made: 0, worth: 0 });
  expect(yields.get('reaction-norm')).toMatchObject({ ended: 1, made: 1, worth: 1 });
});
