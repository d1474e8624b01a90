import { expect, test } from 'vitest';
import { HuxleyError } from '../model/error.ts';
import { isDamage, readEvent } from './damage.ts';

test('what is stored and is no JSON, or no event, is damage that names the place', () => {
  for (const text of ['{"type":"run.pau', '{"type":"no such event"}', 'null', '']) {
    let thrown: unknown;
    try {
      readEvent(text, 'Entry 3 of o/r r1');
    } catch (error) {
      thrown = error;
    }
    expect(isDamage(thrown), text).toBe(true);
    expect((thrown as Error).message).toMatch(/^Entry 3 of o\/r r1 is not /);
  }
  expect(readEvent('{"type":"run.paused","by":"ada"}', 'x')).toEqual({ type: 'run.paused', by: 'ada' });
  expect(isDamage(new HuxleyError('journal.unreachable', 'PostgreSQL does not answer.', 'Start it.'))).toBe(false);
});
