import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobRecord } from '../state/job-record.ts';
import { isOverdue } from './collect.ts';

const SENT = Date.parse('2026-01-01T00:00:00Z');
/** A job that was given an hour. */
const record = {
  sentAt: new Date(SENT).toISOString(),
  order: { deadline: new Date(SENT + 3_600_000).toISOString() },
} as JobRecord;
const createdAt = '2026-01-01T00:00:03Z';

test('a workflow run is past its time by GitHub’s clock, wherever this machine’s has been set', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e10, max: 1e12 }), fc.integer({ min: 0, max: 20_000 }), (set, age) => {
      expect(isOverdue(record, { createdAt, age }, new Date(SENT + set))).toBe(age > 3_600 + 900);
    }),
  );
});

test('a clock that was set while an order was written neither ends a job at once nor lets it go on for ever', () => {
  const of = (seconds: number) =>
    ({ ...record, order: { deadline: new Date(SENT + seconds * 1_000).toISOString() } }) as JobRecord;
  expect(isOverdue(of(-36_000), { createdAt, age: 600 }, new Date())).toBe(false);
  expect(isOverdue(of(90_000), { createdAt, age: 6 * 3_600 + 901 }, new Date())).toBe(true);
});

test('where GitHub’s time is not known, this machine’s has to do', () => {
  const at = (seconds: number) => isOverdue(record, { createdAt, age: null }, new Date(SENT + seconds * 1_000));
  expect([at(3_600 + 890), at(3_600 + 910)]).toEqual([false, true]);
});
