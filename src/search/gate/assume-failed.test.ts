import { expect, test } from 'vitest';
import { replay } from '../../archive/reduce.ts';
import { resolvedOf } from '../../archive/tries.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { assumeFailed } from './assume-failed.ts';

const sha = 'f'.repeat(40);
const paid = { costUSD: 0, seconds: 0 };
const on = (job: string, round: number) => ({ job, variant: 'v1', split: 'search', round }) as const;
const order = (job: string, round: number): ArchiveEvent => ({
  type: 'evaluation.ordered',
  decision: null,
  tasks: ['a'],
  ...on(job, round),
});
const none = (job: string, round: number, began: { began?: true }): ArchiveEvent => ({
  type: 'evaluation.noResult',
  task: 'a',
  reason: 'r',
  ...on(job, round),
  ...began,
});
const done = (job: string, round: number): ArchiveEvent => ({
  type: 'evaluation.done',
  task: 'a',
  outcome: 'resolved',
  ...on(job, round),
  ...paid,
});

/** What v1 counts for on its only task, in the final choice. */
function counted(...events: ArchiveEvent[]) {
  const { search } = replay([
    {
      type: 'run.started',
      run: 'r1',
      seed: 1,
      policy: { name: 'huxley', params: {} },
      budget: 10,
      expansionCost: 1,
      concurrency: 1,
      batch: 1,
      costUSD: null,
      suite: { name: 's', digest: 'd' },
      tasks: ['a'],
      heldOut: ['x'],
      root: { sha, tree: sha },
      confidence: 0.95,
    },
    { type: 'expansion.ordered', job: 'x1', decision: null, variant: 'v1', parent: 'v0', operator: 'mutation' },
    { type: 'expansion.made', job: 'x1', variant: 'v1', sha, tree: sha, summary: '', ...paid },
    ...events,
  ]);
  return resolvedOf(assumeFailed(search).variants[1]!, 0);
}

test('a begun attempt without a result is a failed one, in each round once, unless that has a result or is tried again', () => {
  const began = { began: true } as const;
  const first = [order('j0', 0), done('j0', 0)];
  expect(counted(order('j0', 0), none('j0', 0, began), order('j1', 0), none('j1', 0, began))).toEqual({
    resolved: 0,
    n: 1,
  });
  expect(counted(...first, order('j1', 1), none('j1', 1, began))).toEqual({ resolved: 1, n: 2 });
  expect(counted(...first, order('j1', 1), none('j1', 1, {}))).toEqual({ resolved: 1, n: 1 });
  expect(counted(...first, order('j1', 1), none('j1', 1, began), order('j2', 1))).toEqual({ resolved: 1, n: 1 });
  expect(counted(...first, order('j1', 1), none('j1', 1, began), done('j2', 1))).toEqual({ resolved: 2, n: 2 });
});
