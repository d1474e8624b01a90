import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Store } from '../store/store.ts';
import { readiness } from './readiness.ts';

test('however often it is asked, the store is asked once a second, and why it fails is told nobody', async () => {
  let asked = 0;
  const store = {
    async check() {
      asked++;
      throw new Error('postgres://huxley:hunter2@db/huxley cannot be reached');
    },
  } as unknown as Store;
  const ready = readiness(store, pino({ level: 'silent' }));
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => ready()));
  expect(new Set(answers.map(String))).toEqual(new Set(['503,not ready']));
  for (let i = 0; i < 100; i++) await ready();
  expect(asked).toBe(1);
});
