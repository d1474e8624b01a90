import { expect, test } from 'vitest';
import { MAX_DROPPED } from '../model/memory/slim.ts';
import { entrySchema } from './event-schema.ts';

test('an order to slim names whom it is for and at least one edit, and no more than there may be', () => {
  const event = { type: 'slim.ordered', job: 'r1-p9', variant: 'v5', parent: 'v3', by: 'ada', drop: ['v2', 'v1'] };
  const taken = (more: object) =>
    entrySchema.safeParse({ seq: 1, at: '2026-01-01T00:00:00.000Z', event: { ...event, ...more } });
  expect(taken({}).data?.event).toEqual(event);
  const many = Array.from({ length: MAX_DROPPED + 1 }, (_, n) => `v${n}`);
  for (const odd of [{ drop: [] }, { drop: many }, { drop: ['../v1'] }, { parent: 'main' }, { by: 7 }, { more: 1 }])
    expect(taken(odd).success).toBe(false);
});
