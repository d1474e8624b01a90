import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SearchState } from '../../archive/archive.ts';
import { replay } from '../../archive/reduce.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { createPolicy } from '../policies.ts';
import { contributionsOf, showsNone } from './contribution.ts';

const paid = { costUSD: 0, seconds: 0 };

/** A chain of variants with these results by task. */
function chain(results: readonly string[]): SearchState {
  const tasks = Array.from(results[0]!, (_, task) => `t${task}`);
  const policy = { name: 'huxley', params: {} };
  const started = { run: 'r', seed: 1, policy, budget: 900, expansionCost: 2, concurrency: 1, batch: 1, costUSD: null };
  const suite = { suite: { name: 's', digest: '' }, tasks, heldOut: [], root: { sha: '', tree: '' }, confidence: 0.95 };
  const events: ArchiveEvent[] = [{ type: 'run.started', ...started, ...suite }];
  results.forEach((marks, number) => {
    const [variant, job] = [`v${number}` as const, `x${number}`];
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
  return replay(events).search;
}

const huxley = () => createPolicy('huxley');
const TASKS = 24;
const resolving = (n: number) => '+'.repeat(n) + '-'.repeat(TASKS - n);

test('contributions along a lineage add up to the believed gain over the root, and are the same again', () => {
  const marks = fc.string({ unit: fc.constantFrom('+', '-', '.'), minLength: TASKS, maxLength: TASKS });
  const measured = marks.filter((text) => /[+-]/.test(text));
  fc.assert(
    fc.property(fc.array(measured, { minLength: 2, maxLength: 6 }), (results) => {
      const search = chain(results);
      const found = contributionsOf(search, results.length - 1, huxley());
      expect(found.map(({ variant }) => variant)).toEqual(results.slice(1).map((_, at) => at + 1));
      for (const { mean, lower, upper } of found) {
        expect(lower).toBeLessThanOrEqual(upper);
        expect(Math.max(Math.abs(mean), Math.abs(lower), Math.abs(upper))).toBeLessThanOrEqual(1);
      }
      const ranking = huxley().rank({ search } as Parameters<ReturnType<typeof huxley>['rank']>[0]);
      const [root, last] = [0, results.length - 1].map((number) => ranking.find((each) => each.variant === number)!);
      const total = found.reduce((sum, { mean }) => sum + mean, 0);
      // The ranking reads each mean off three points, and the draws have their luck.
      expect(Math.abs(total - (last!.mean - root!.mean))).toBeLessThan(0.03);
      expect(contributionsOf(search, last!.variant, huxley())).toEqual(found);
      // A policy without such a belief borrows it.
      expect(contributionsOf(search, last!.variant, createPolicy('hgm'))).toEqual(found);
    }),
    { numRuns: 30 },
  );
});

test('an edit that changes no result shows no contribution, one that resolves a third more does, and one that harms shows none', () => {
  const search = chain([resolving(8), resolving(8), resolving(16), resolving(12), resolving(12)]);
  const found = contributionsOf(search, 4, huxley());
  expect(found.map(showsNone)).toEqual([true, false, true, true]);
  expect(found[1]!.mean).toBeGreaterThan(0.1);
  // Between two that help, too, where the belief gives it a share of what they brought.
  const amid = contributionsOf(chain([8, 14, 14, 22].map(resolving)), 3, huxley());
  expect(amid.map(showsNone)).toEqual([false, true, false]);
});

test('a difference is surer than its two ends, as what is uncertain of both falls out', () => {
  const search = chain([resolving(12), resolving(14)]);
  const [edit] = contributionsOf(search, 1, huxley());
  const ranking = huxley().rank({ search } as Parameters<ReturnType<typeof huxley>['rank']>[0]);
  const [a, b] = ranking.map(({ lower, upper }) => (upper - lower) ** 2);
  expect((edit!.upper - edit!.lower) ** 2).toBeLessThan(0.7 * (a! + b!));
});

test('the root has no edit', () => expect(contributionsOf(chain([resolving(3)]), 0, huxley())).toEqual([]));
