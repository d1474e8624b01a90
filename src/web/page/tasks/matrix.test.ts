import { expect, test } from 'vitest';
import { runDocument } from '../../../../test/support/run-document.ts';
import { runOf, scoreAt } from '../parts/run.ts';
import { easiness, matrixOf, orderTasks, orderVariants, VARIANT_ORDERS } from './matrix.ts';

const document = runDocument({ variants: 30, tasks: 12, evaluations: 1_500 });
const run = runOf(document);

test('each cell holds the attempts at its pair', () => {
  const { n, score, variants } = matrixOf(run);
  expect(n.reduce((sum, each) => sum + each, 0)).toBe(1_500);
  for (const [task] of document.tasks.entries())
    for (const [place, { number }] of document.variants.entries()) {
      const attempts = run.evaluations(number).filter((at) => document.evaluations.task[at] === task);
      expect(n[task * variants + place]).toBe(attempts.length);
      if (attempts.length > 0)
        expect(score[task * variants + place]).toBeCloseTo(
          attempts.reduce((sum, at) => sum + scoreAt(document, at), 0) / attempts.length,
        );
    }
});

test('every order has the same variants and tasks; the hardest come first, parents before their children', () => {
  const orders = VARIANT_ORDERS.map((order) => orderVariants(run, order));
  for (const order of orders) expect(order.toSorted((a, b) => a - b)).toEqual(orders[1]);
  const rates = orderTasks(document.tasks, 'hardest').map((place) => easiness(document.tasks[place]!)!);
  expect(rates).toEqual(rates.toSorted((a, b) => a - b));
  const lineage = orderVariants(run, 'lineage').map((place) => document.variants[place]!);
  for (const [at, { from }] of lineage.entries()) {
    const parent = lineage.findIndex(({ number }) => number === from);
    if (parent >= 0) expect(parent).toBeLessThan(at);
  }
});
