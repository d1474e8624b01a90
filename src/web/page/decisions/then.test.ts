import { expect, test } from 'vitest';
import { runDocument } from '../../../../test/support/run-document.ts';
import { runOf } from '../parts/run.ts';
import { placeOf, thenOf } from './then.ts';

test('what was known then: no later variant, no later outcome, the last beliefs that were kept', () => {
  const document = runDocument({ variants: 300, tasks: 12, evaluations: 1_500 });
  const run = runOf(document);
  for (const [place, { evaluations, n }] of document.decisions.entries()) {
    const { own, until, believed } = thenOf(run, place);
    expect([...own.values()].reduce((sum, { n }) => sum + n, 0)).toBe(evaluations);
    // The variant that this decision orders is not there yet.
    expect(until).toBe(place);
    expect(believed!.n).toBe(n - (n % 3));
    expect(placeOf(document, n)).toBe(place);
  }
  expect(placeOf(document, undefined)).toBe(299);
  expect(placeOf(document, 9_999)).toBe(299);
});
