import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Diagnosis, resultSchema } from '../../contract/contract.ts';
import { MAX_PREDICTIONS, PREDICTABLE } from '../../model/memory/prediction.ts';
import { entrySchema } from '../../store/event-schema.ts';
import { predictedBy } from './proposed-by.ts';

const diagnosis = { summary: '', considered: [], title: 'Try again', proposal: 'Loop.' };
const SHA = 'a'.repeat(40);
const result = (predicted: unknown) => ({
  ...{ v: 2, jobId: 'r1-d3', nonce: '0'.repeat(32), order: 'd'.repeat(64), sha: SHA, rehearsal: false, seconds: 1 },
  usage: { requests: 0, inputTokens: 0, outputTokens: 0, costUSD: 0 },
  ...{ error: null, kind: 'expand', files: [], failure: null },
  diagnosis: { ...diagnosis, ...(predicted === undefined ? {} : { predicted }) },
});
const fix = { task: 'a', change: 'fix', chance: 0.5 };

test('a result is as good without predictions; those it has are few, and each is a task, a change and a chance', () => {
  const takes = (predicted: unknown) => resultSchema.safeParse(result(predicted)).success;
  for (const good of [undefined, [fix], Array(MAX_PREDICTIONS).fill(fix)]) expect(takes(good)).toBe(true);
  for (const bad of [null, [], Array(MAX_PREDICTIONS + 1).fill(fix), [{ ...fix, why: 'x' }]])
    expect(takes(bad)).toBe(false);
  for (const chance of [-0.1, 1.1, Number.NaN, '1']) expect(takes([{ ...fix, chance }])).toBe(false);
  for (const task of ['', 'x'.repeat(201), 1]) expect(takes([{ ...fix, task }])).toBe(false);
  expect(takes([{ ...fix, change: 'merge' }])).toBe(false);
});

const task = fc.oneof(
  fc.constantFrom('a', 'b', 'sealed-1', '<img src=x>'),
  fc.string({ minLength: 1, maxLength: 200 }),
);
const predictions: fc.Arbitrary<NonNullable<Diagnosis['predicted']>> = fc.array(
  fc.record({ task, change: fc.constantFrom(...PREDICTABLE), chance: fc.double({ min: 0, max: 1, noNaN: true }) }),
  { minLength: 1, maxLength: MAX_PREDICTIONS },
);

test('of what a worker says only predictions about tasks of the order reach the journal: no held-out task, no text', () => {
  fc.assert(
    fc.property(predictions, (predicted) => {
      const kept = predictedBy({ diagnosis: { ...diagnosis, predicted } }, { tasks: ['a', 'b'] });
      const tasks = kept.predicted?.map((each) => each.task) ?? [];
      expect(tasks).toEqual(['a', 'b'].filter((each) => predicted.some((one) => one.task === each)));
      const event = { type: 'expansion.made', job: 'j1', variant: 'v1', sha: SHA, tree: SHA, summary: 'x', ...kept };
      const entry = { seq: 1, at: '2026-01-01T00:00:00.000Z', event: { ...event, costUSD: 0, seconds: 1 } };
      expect(entrySchema.safeParse(JSON.parse(JSON.stringify(entry))).success).toBe(true);
    }),
  );
  expect(predictedBy({ diagnosis: null }, { tasks: ['a'] })).toEqual({});
  expect(predictedBy({ diagnosis }, { tasks: ['a'] })).toEqual({});
});
