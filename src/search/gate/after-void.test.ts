import { expect, test } from 'vitest';
import type { Archive } from '../../archive/archive.ts';
import { reduce } from '../../archive/reduce.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import type { VariantId } from '../../model/ids.ts';
import { decide, rankForChoice, viewOf } from '../decide.ts';
import { createPolicy, POLICIES } from '../policies.ts';
import { afterVoid, VOIDS_ALLOWED } from './after-void.ts';

const SHA = 'a'.repeat(40);
const paid = { costUSD: 0, seconds: 0 };
const tasks = Array.from({ length: 12 }, (_, i) => `t${i}`);
const begin = (policy: string): ArchiveEvent[] => [
  {
    type: 'run.started',
    run: 'r1',
    seed: 1,
    policy: createPolicy(policy).spec,
    budget: 60,
    expansionCost: 1,
    concurrency: 1,
    batch: 4,
    costUSD: null,
    suite: { name: 's', digest: 'd' },
    tasks,
    heldOut: ['x'],
    root: { sha: SHA, tree: SHA },
    confidence: 0.95,
    rules: 1,
  },
  ...(['v1', 'v2'] as const).flatMap((variant): ArchiveEvent[] => [
    { type: 'expansion.ordered', job: variant, decision: null, variant, parent: 'v0', operator: 'mutation' },
    { type: 'expansion.made', job: variant, variant, sha: SHA, tree: SHA, summary: '', ...paid },
  ]),
];
const fold = (events: readonly ArchiveEvent[]) =>
  events.reduce<Archive | null>((archive, event) => reduce(archive, event), null)!;
let jobs = 0;
function order(variant: VariantId, on: readonly string[]): ArchiveEvent & { type: 'evaluation.ordered' } {
  return { type: 'evaluation.ordered', job: `j${jobs++}`, decision: null, variant, tasks: on, split: 'search' };
}
function measured(variant: VariantId, task: string, resolved: boolean): ArchiveEvent[] {
  const ordered = order(variant, [task]);
  const outcome = resolved ? 'resolved' : 'unresolved';
  return [ordered, { type: 'evaluation.done', job: ordered.job, variant, task, split: 'search', outcome, ...paid }];
}

test('in the search attempts without a result have an allowance, and then count as failed; the root’s and those that never began do not', () => {
  const next = (variant: VariantId, began: boolean) => {
    let archive = fold(begin('hgm'));
    const answers: string[] = [];
    for (let i = 0; i < VOIDS_ALLOWED + 2; i++) {
      const ordered = order(variant, [tasks[i]!]);
      archive = reduce(archive, ordered);
      const job = archive.jobs.get(ordered.job)!;
      const about = { job: job.job, variant, split: 'search', reason: 'r', ...(began ? { began } : {}) } as const;
      answers.push(afterVoid(archive, { job, began, whole: true, again: true }));
      archive = reduce(archive, { type: 'job.retried', ...about, tasks: job.tasks, attempt: 1, whole: true });
      archive = reduce(archive, { type: 'evaluation.noResult', ...about, task: tasks[i]!, began: undefined } as never);
    }
    return answers;
  };
  expect(next('v1', true)).toEqual([...Array(VOIDS_ALLOWED).fill('again'), 'failed', 'failed']);
  expect(next('v1', false)).toEqual(Array(VOIDS_ALLOWED + 2).fill('again'));
  expect(next('v0', true)).toEqual(Array(VOIDS_ALLOWED + 2).fill('again'));
});

test.each(POLICIES.map(({ name }) => name))(
  '%s: of two variants alike, the one whose failures have no result is not preferred',
  (name) => {
    const policy = createPolicy(name);
    const root = tasks.flatMap((task, i) => measured('v0', task, i < 3));
    // v1 failed four tasks; v2 has no result on them.
    const same = tasks.slice(0, 8).flatMap((task) => [...measured('v1', task, true), ...measured('v2', task, true)]);
    const gone = tasks.slice(8).flatMap((task): ArchiveEvent[] => {
      const ordered = order('v2', [task]);
      const about = { job: ordered.job, variant: 'v2', split: 'search', task, reason: 'r', began: true } as const;
      return [...measured('v1', task, false), ordered, { type: 'evaluation.noResult', ...about }];
    });
    const archive = fold([...begin(name), ...root, ...same, ...gone]);
    const believed = new Map(rankForChoice(viewOf(archive), policy).map((belief) => [belief.variant, belief]));
    // The order in which results come in moves beliefs a little; four failures hidden would move them by 0.1 and more.
    expect(believed.get(2)!.mean).toBeLessThan(believed.get(1)!.mean + 0.02);
    expect(believed.get(2)!.score).toBeLessThan(believed.get(1)!.score + 0.02);
    const hiding = new Map(policy.rank(viewOf(archive)).map((belief) => [belief.variant, belief]));
    expect(hiding.get(2)!.mean).toBeGreaterThan(believed.get(2)!.mean + 0.05);
    // Looked at again, the policy believes what it believed before.
    const fresh = createPolicy(name);
    expect(JSON.stringify(decide(archive, policy))).toBe(JSON.stringify(decide(archive, fresh)));
  },
);
