import { expect, test } from 'vitest';
import { replay } from '../archive/reduce.ts';
import type { ArchiveEvent } from '../model/event.ts';
import { chooseOperator } from './operator.ts';
import { createRng } from './rng.ts';

const paid = { costUSD: 0, seconds: 0 };

function searchOf(results: Record<`v${number}`, { parent?: `v${number}`; marks: string }>) {
  const events: ArchiveEvent[] = [
    {
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
    },
  ];
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
      events.push({
        type: 'evaluation.done',
        job: 'e',
        variant,
        task: 'abcd'[task]!,
        split: 'search',
        outcome,
        ...paid,
      });
    });
  }
  return replay(events).search;
}

function shares(search: ReturnType<typeof searchOf>, parent: number) {
  const counts: Record<string, number> = {};
  for (let seed = 0; seed < 2_000; seed++) {
    const { operator } = chooseOperator(search, parent, createRng(seed));
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
    const choice = chooseOperator(search, 1, createRng(seed));
    if (choice.operator === 'hybridization') expect(choice).toMatchObject({ donor: 3, tasks: [0] });
  }
  expect(
    shares(searchOf({ v0: { marks: '+...' }, v1: { parent: 'v0', marks: '-...' } }), 1).hybridization,
  ).toBeUndefined();
});

test('tasks solved only sometimes along the lineage call for stochasticity', () => {
  const search = searchOf({ v0: { marks: '+-..' }, v1: { parent: 'v0', marks: '-+..' } });
  expect(shares(search, 1).stochasticity).toBeGreaterThan(0.05);
  const choice = Array.from({ length: 99 }, (_, seed) => chooseOperator(search, 1, createRng(seed))).find(
    ({ operator }) => operator === 'stochasticity',
  );
  expect([...choice!.tasks].sort()).toEqual([0, 1]);
});

test('without a failure there is only what was solved to look at, without evidence nothing', () => {
  expect(chooseOperator(searchOf({ v0: { marks: '++..' } }), 0, createRng(1))).toMatchObject({
    operator: 'stochasticity',
    tasks: expect.arrayContaining([0, 1]),
  });
  expect(chooseOperator(searchOf({ v0: { marks: '....' } }), 0, createRng(1))).toMatchObject({
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
    const choice = chooseOperator(search, 3, createRng(seed));
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
    const choice = chooseOperator(search, 2, createRng(seed));
    expect(choice).toMatchObject({ tasks: [2] });
    expect(choice.operator).toBe('mutation');
    expect(choice.why).toContain('one failed trajectory of v1, as v2 has failed nothing yet');
  }
});
