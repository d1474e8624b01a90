import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replay } from '../archive/reduce.ts';
import type { ArchiveEvent, ArchiveEventOf } from '../model/event.ts';
import { createRng, type Rng } from '../model/rng.ts';
import type { Sign } from '../model/sign.ts';
import { chooseOperator } from './operator.ts';

const paid = { costUSD: 0, seconds: 0 };

/** Failures by what they show: `-` nothing, `e` an empty patch, `o` a context that overflowed, `b` both. */
const SHOWN: Readonly<Record<string, { readonly signs?: readonly Sign[] }>> = {
  '-': {},
  e: { signs: ['empty-patch'] },
  o: { signs: ['context-overflow'] },
  b: { signs: ['empty-patch', 'context-overflow'] },
};

const STARTED: ArchiveEvent = {
  type: 'run.started',
  run: 'r',
  seed: 1,
  policy: { name: 'hgm', params: {} },
  budget: 100,
  expansionCost: 2,
  concurrency: 1,
  batch: 1,
  costUSD: null,
  suite: { name: 's', digest: '' },
  tasks: ['a', 'b', 'c', 'd'],
  heldOut: [],
  root: { sha: '', tree: '' },
  confidence: 0.95,
};

function done(
  variant: `v${number}`,
  task: string,
  outcome: 'resolved' | 'unresolved',
): ArchiveEventOf<'evaluation.done'> {
  return { type: 'evaluation.done', job: 'e', variant, task, split: 'search', outcome, ...paid };
}

function searchOf(results: Record<`v${number}`, { parent?: `v${number}`; marks: string }>) {
  const events: ArchiveEvent[] = [STARTED];
  for (const [name, { parent, marks }] of Object.entries(results)) {
    const variant = name as `v${number}`;
    if (parent)
      events.push(
        { type: 'expansion.ordered', job: name, decision: null, variant, parent, operator: 'mutation' },
        { type: 'expansion.made', job: name, variant, sha: '', tree: '', summary: '', ...paid },
      );
    Array.from(marks).forEach((mark, task) => {
      if (mark === '.') return;
      const outcome = mark === '+' ? 'resolved' : 'unresolved';
      events.push({ ...done(variant, 'abcd'[task]!, outcome), ...SHOWN[mark] });
    });
  }
  return replay(events).search;
}

/** By the rules of before an order could not come twice. */
function choose(search: ReturnType<typeof searchOf>, parent: number, rng: Rng) {
  return chooseOperator(search, parent, rng, 2)!;
}

function shares(search: ReturnType<typeof searchOf>, parent: number) {
  const counts: Record<string, number> = {};
  for (let seed = 0; seed < 2_000; seed++) {
    const { operator } = choose(search, parent, createRng(seed));
    counts[operator] = (counts[operator] ?? 0) + 1 / 2_000;
  }
  return counts;
}

test('operators that are possible are drawn by their shares', () => {
  const found = shares(
    searchOf({ v0: { marks: '--++' }, v1: { parent: 'v0', marks: '--..' }, v2: { parent: 'v0', marks: '+...' } }),
    1,
  );
  expect(found.mutation).toBeCloseTo(0.1, 1);
  expect(found['reaction-norm']).toBeCloseTo(0.45, 1);
  expect(found.hybridization).toBeCloseTo(0.45, 1);
});

test('hybridization learns from another lineage that solved what the parent failed', () => {
  const search = searchOf({
    v0: { marks: '+...' },
    v1: { parent: 'v0', marks: '-...' },
    v2: { parent: 'v1', marks: '+...' },
    v3: { parent: 'v0', marks: '+...' },
  });
  for (let seed = 0; seed < 50; seed++) {
    const choice = choose(search, 1, createRng(seed));
    if (choice.operator === 'hybridization') expect(choice).toMatchObject({ donor: 3, tasks: [0] });
  }
  expect(
    shares(searchOf({ v0: { marks: '+...' }, v1: { parent: 'v0', marks: '-...' } }), 1).hybridization,
  ).toBeUndefined();
});

test('tasks solved only sometimes along the lineage call for stochasticity', () => {
  const search = searchOf({ v0: { marks: '+-..' }, v1: { parent: 'v0', marks: '-+..' } });
  expect(shares(search, 1).stochasticity).toBeGreaterThan(0.05);
  const choice = Array.from({ length: 99 }, (_, seed) => choose(search, 1, createRng(seed))).find(
    ({ operator }) => operator === 'stochasticity',
  );
  expect([...choice!.tasks].sort()).toEqual([0, 1]);
});

test('without a failure there is only what was solved to look at, without evidence nothing', () => {
  expect(choose(searchOf({ v0: { marks: '++..' } }), 0, createRng(1))).toMatchObject({
    operator: 'stochasticity',
    tasks: expect.arrayContaining([0, 1]),
  });
  expect(choose(searchOf({ v0: { marks: '....' } }), 0, createRng(1))).toMatchObject({
    operator: 'mutation',
    tasks: [],
  });
});

test('what an ancestor failed and a nearer one resolved is no evidence of a failure', () => {
  const search = searchOf({
    v0: { marks: '---+' },
    v1: { parent: 'v0', marks: '.-+.' },
    v2: { parent: 'v1', marks: '.+..' },
    v3: { parent: 'v2', marks: '...+' },
  });
  for (let seed = 0; seed < 50; seed++) {
    const choice = choose(search, 3, createRng(seed));
    expect(choice).toMatchObject({ operator: 'mutation', tasks: [0] });
    expect(choice.why).toContain('one failed trajectory of v0, as v3 has failed nothing yet');
  }
});

test('a variant that has failed nothing yet is diagnosed from what its nearest ancestor failed and it did not resolve', () => {
  const search = searchOf({
    v0: { marks: '---+' },
    v1: { parent: 'v0', marks: '.--.' },
    v2: { parent: 'v1', marks: '.+.+' },
  });
  for (let seed = 0; seed < 50; seed++) {
    const choice = choose(search, 2, createRng(seed));
    expect(choice).toMatchObject({ tasks: [2] });
    expect(choice.operator).toBe('mutation');
    expect(choice.why).toContain('one failed trajectory of v1, as v2 has failed nothing yet');
  }
});

test('failures that ended without a change call for empty-patch, on those tasks', () => {
  const search = searchOf({ v0: { marks: 'e-e+' } });
  const found = shares(search, 0);
  expect(found['empty-patch']).toBeCloseTo(1 / 3 / (0.1 + 0.45 + 1 / 3), 1);
  expect(found['context-overflow']).toBeUndefined();
  for (let seed = 0; seed < 50; seed++) {
    const choice = choose(search, 0, createRng(seed));
    if (choice.operator !== 'empty-patch') continue;
    expect([...choice.tasks].sort()).toEqual([0, 2]);
    expect(choice.why).toBe('learning from 2 failed tasks on which nothing was changed');
  }
});

test('one conversation that outgrew the context calls for context-overflow', () => {
  const search = searchOf({ v0: { marks: '-o-+' } });
  expect(shares(search, 0)['context-overflow']).toBeCloseTo(1 / 3 / (0.1 + 0.45 + 1 / 3), 1);
  const choice = Array.from({ length: 99 }, (_, seed) => choose(search, 0, createRng(seed))).find(
    ({ operator }) => operator === 'context-overflow',
  );
  expect(choice).toEqual({
    operator: 'context-overflow',
    tasks: [1],
    why: "learning from one failed task on which the model's context overflowed",
  });
});

test('with all of them possible, each special entry is taken as often as the code of HGM takes it', () => {
  const others = { v1: { parent: 'v0', marks: '++++' }, v2: { parent: 'v0', marks: 'e---' } } as const;
  expect(shares(searchOf({ v0: { marks: '....' }, ...others }), 2)['empty-patch']).toBeCloseTo(1 / 4, 1);
});

test('an empty patch among many evaluations is chance', () => {
  const tasks = Array.from({ length: 11 }, (_, n) => `t${n}`);
  const after = (empty: number) =>
    replay([
      { ...STARTED, tasks },
      ...tasks.map((task, n): ArchiveEvent => ({ ...done('v0', task, 'unresolved'), ...(n < empty ? SHOWN.e : {}) })),
    ]).search;
  expect(shares(after(1), 0)['empty-patch']).toBeUndefined();
  expect(shares(after(2), 0)['empty-patch']).toBeGreaterThan(0.2);
});

test('signs of an ancestor count where the parent has failed nothing yet', () => {
  const search = searchOf({ v0: { marks: 'be+.' }, v1: { parent: 'v0', marks: '+...' } });
  const choices = Array.from({ length: 99 }, (_, seed) => choose(search, 1, createRng(seed)));
  expect(choices.find(({ operator }) => operator === 'empty-patch')).toEqual({
    operator: 'empty-patch',
    tasks: [1],
    why: 'learning from 1 failed task of v0 on which nothing was changed, as v1 has failed nothing yet',
  });
  expect(choices.some(({ operator }) => operator === 'context-overflow')).toBe(false);
});

test('special entries are given tasks with their sign and no others, whatever the tree', () => {
  const marks = fc.string({ unit: fc.constantFrom('.', '+', '-', 'e', 'o', 'b'), minLength: 4, maxLength: 4 });
  const tree = fc.array(fc.tuple(marks, fc.nat()), { minLength: 1, maxLength: 6 });
  const letters = { 'empty-patch': /[eb]/, 'context-overflow': /[ob]/ };
  fc.assert(
    fc.property(tree, fc.nat(), (variants, seed) => {
      const named = variants.map(([marks, pick], n) => [
        `v${n}`,
        n === 0 ? { marks } : { parent: `v${pick % n}` as const, marks },
      ]);
      const search = searchOf(Object.fromEntries(named));
      const parent = seed % variants.length;
      const choice = choose(search, parent, createRng(seed));
      expect(choose(search, parent, createRng(seed))).toEqual(choice);
      if (choice.operator !== 'empty-patch' && choice.operator !== 'context-overflow') return;
      expect(choice.tasks.length).toBeGreaterThan(0);
      for (const task of choice.tasks) {
        let at = parent;
        while (!/[-eob]/.test(variants[at]![0]) || !letters[choice.operator].test(variants[at]![0][task]!)) {
          expect(at, `v${parent} or an ancestor shows ${choice.operator} on task ${task}`).toBeGreaterThan(0);
          at = search.variants[at]!.parent;
        }
      }
    }),
  );
});

test('without a sign nothing is drawn for one: a journal of before replays to the letter', () => {
  const plain = searchOf({
    v0: { marks: '--+-' },
    v1: { parent: 'v0', marks: '-+..' },
    v2: { parent: 'v0', marks: '+++-' },
  });
  const drawn = Array.from({ length: 12 }, (_, seed) => choose(plain, 1, createRng(seed)));
  expect(drawn.map(({ operator, tasks }) => `${operator} ${tasks.join(' ')}`)).toMatchInlineSnapshot(`
    [
      "mutation 0",
      "hybridization 0",
      "hybridization 0",
      "hybridization 0",
      "hybridization 0",
      "hybridization 0",
      "hybridization 0",
      "hybridization 0",
      "hybridization 0",
      "hybridization 0",
      "hybridization 0",
      "mutation 0",
    ]
  `);
});
