import { expect, test } from 'vitest';
import { replay } from '../../archive/reduce.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { createPolicy } from '../../search/policies.ts';
import { modelsText } from '../operator-text.ts';
import { yieldsDetails, yieldTables } from './yields.ts';

const paid = { costUSD: 0, seconds: 0 };
const tasks = ['a', 'b'];
const done = (variant: `v${number}`, task: string, outcome: 'resolved' | 'unresolved'): ArchiveEvent => ({
  ...{ type: 'evaluation.done', job: 'e', variant, task, split: 'search', outcome, ...paid },
});
const ordered = (variant: `v${number}`, operator: 'mutation' | 'reaction-norm'): ArchiveEvent => ({
  ...{ type: 'expansion.ordered', job: variant, decision: null, variant, parent: 'v0', operator },
});

const archive = replay([
  {
    ...{ type: 'run.started', run: 'r', seed: 1, policy: { name: 'huxley', params: {} }, budget: 20, expansionCost: 2 },
    ...{ concurrency: 1, batch: 1, costUSD: null, suite: { name: 's', digest: '' }, tasks, heldOut: [] },
    ...{ root: { sha: '', tree: '' }, confidence: 0.95, rules: 3 },
  } as ArchiveEvent,
  ...tasks.map((task) => done('v0', task, 'unresolved')),
  ordered('v1', 'mutation'),
  { type: 'expansion.made', job: 'v1', variant: 'v1', sha: '1', tree: '1', summary: '', ...paid },
  ordered('v2', 'reaction-norm'),
  { type: 'expansion.failed', job: 'v2', variant: 'v2', stage: 'modify', reason: 'nothing', ...paid },
  done('v1', 'a', 'resolved'),
]);
const belief = (variant: number, mean: number) =>
  [variant, { variant, mean, lower: 0, upper: 1, score: mean }] as const;
const beliefs = new Map([belief(0, 0.25), belief(1, 0.375)]);

test('what each operator has yielded is shown with its share at first and now', () => {
  const tables = yieldTables(archive, createPolicy('huxley'), beliefs);
  expect(yieldsDetails(tables).join('\n')).toMatchInlineSnapshot(`
    "<details><summary>What each operator has yielded</summary>

    | operator | expansions | made a variant | mean gain | share at first | now |
    |---|--:|--:|--:|--:|--:|
    | mutation | 1 | 1 | +12.5 points | 6 % | 8 % |
    | reaction-norm | 1 | 0 | - | 25 % | 20 % |
    | hybridization | 0 | 0 | - | 25 % | 27 % |
    | empty-patch | 0 | 0 | - | 19 % | 20 % |
    | stochasticity | 0 | 0 | - | 6 % | 5 % |
    | context-overflow | 0 | 0 | - | 19 % | 19 % |

    Gains are what the search believes of variants that were measured, against their parents. Shares are those where each is possible.

    </details>"
  `);
});

test('nothing is shown where nothing is learnt', () => {
  expect(yieldTables(archive, createPolicy('huxley', { learning: 0 }), beliefs)).toEqual([]);
  expect(yieldTables(archive, createPolicy('hgm'), beliefs)).toEqual([]);
  expect(yieldsDetails([])).toEqual([]);
});

test('models that expansions choose among have a table of their own', () => {
  const settings = { ...archive.settings, models: { diagnose: ['gpt-5.4', 'qwen'] } };
  const [, models, ...more] = yieldTables({ ...archive, settings }, createPolicy('huxley'), beliefs);
  expect(more).toEqual([]);
  expect(models).toMatchObject({ of: 'model to diagnose', rows: [{ way: 'gpt-5.4', first: 0.5 }, { way: 'qwen' }] });
  expect(modelsText({ diagnose: 'gpt-5.4', modify: 'q*' })).toBe(', diagnosed by gpt-5.4, modified by q\\*');
  expect(modelsText()).toBe('');
});
