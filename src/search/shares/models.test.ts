import { expect, test } from 'vitest';
import { reduce, replay } from '../../archive/reduce.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { createRng } from '../../model/rng.ts';
import { decide } from '../decide.ts';
import { createPolicy } from '../policies.ts';
import { replayDecisions } from '../replay.ts';
import { chooseModels } from './models.ts';

const paid = { costUSD: 0, seconds: 0 };
const tasks = ['a', 'b', 'c', 'd'];
const policy = createPolicy('huxley');
const lists = { diagnose: ['good', 'bad'], modify: ['x', 'y', 'z'] };

function begun(models: object): ArchiveEvent[] {
  return [
    {
      ...{ type: 'run.started', run: 'r', seed: 1, policy: policy.spec, budget: 100, expansionCost: 2, concurrency: 1 },
      ...{ batch: 1, costUSD: null, suite: { name: 's', digest: '' }, tasks, heldOut: [], confidence: 0.95, rules: 3 },
      ...{ root: { sha: '', tree: '' }, ...models },
    } as ArchiveEvent,
    ...tasks.map(
      (task): ArchiveEvent => ({
        ...{ type: 'evaluation.done', job: 'e', variant: 'v0', task, split: 'search', outcome: 'unresolved', ...paid },
      }),
    ),
  ];
}

/** Expansions of the root with either diagnosing model; those of `bad` fail. */
const expansions = Array.from({ length: 12 }, (_, at): ArchiveEvent[] => {
  const variant = `v${at + 1}` as const;
  const models = { diagnose: lists.diagnose[at % 2]! };
  const order = {
    job: variant,
    decision: null,
    variant,
    parent: 'v0',
    operator: 'mutation',
    tasks: [],
    models,
  } as const;
  return [
    { type: 'expansion.ordered', ...order },
    at % 2 === 0
      ? { type: 'expansion.made', job: variant, variant, sha: '', tree: variant, summary: '', ...paid }
      : { type: 'expansion.failed', job: variant, variant, stage: 'modify', reason: 'nothing', ...paid },
  ];
}).flat();

test('a choice of models is recorded with the decision and made again; the rest of it is as without', () => {
  const [with_, without] = [replay(begun({ models: lists })), replay(begun({}))];
  const [first, before] = [decide(with_, policy), decide(without, policy)];
  if (first.type !== 'expand' || before.type !== 'expand') throw new Error(`${first.type} where it is to expand`);
  const { models, reason, ...rest } = first;
  expect(models).toEqual({ diagnose: expect.stringMatching(/^(good|bad)$/), modify: expect.stringMatching(/^[xyz]$/) });
  expect(reason.text).toMatch(/; diagnosed by (good|bad) \(.*\), modified by [xyz] \(.*\)$/);
  expect({ ...rest, reason: before.reason }).toEqual(before);
  expect(before.models).toBeUndefined();

  const journal = [...begun({ models: lists }), { type: 'decision.made', n: 0, decision: first } as const];
  expect([...replayDecisions(JSON.parse(JSON.stringify(journal)))].map(({ same }) => same)).toEqual([true]);
  const { search } = reduce(with_, { type: 'decision.made', n: 0, decision: first });
  expect(search.variants[1]!.birth!.models).toEqual(models);
});

test('models are equally likely at first, and those come more often whose expansions yield more', () => {
  const { search } = replay([...begun({ models: lists }), ...expansions]);
  const learning = { weight: 0.5, worth: () => 0.5 };
  const often = (from: typeof search, how: typeof learning | null) =>
    Array.from({ length: 2_000 }, (_, seed) => chooseModels(lists, from, how, createRng(seed))!.models).filter(
      ({ diagnose }) => diagnose === 'good',
    ).length / 2_000;
  const fresh = replay(begun({ models: lists })).search;
  for (const share of [often(fresh, learning), often(fresh, null), often(search, null)])
    expect(Math.abs(share - 0.5)).toBeLessThan(0.05);
  expect(often(search, learning)).toBeGreaterThan(0.75);
  expect(chooseModels(undefined, search, learning, createRng(1))).toBeNull();
});
