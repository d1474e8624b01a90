import { expect, test } from 'vitest';
import { longRun } from '../../../test/support/long-run.ts';
import { evidenceCheck, partsOf, runCheck } from './publish-evidence.ts';

test('a run that writes a check run for each entry has fewer than a thousand of one name', () => {
  const entries = longRun({ variants: 20, evaluations: 1_000 });
  expect(entries.length).toBeGreaterThan(2_000);
  const shown = { title: '', summary: '', conclusion: 'neutral' } as const;
  const parts = entries.flatMap((entry) => partsOf('v0', (seq) => evidenceCheck('r7', seq), [entry], shown));
  const names = [...Map.groupBy(parts, ({ name }) => name)].map(([name, { length }]) => ({ name, length }));
  expect(names.slice(0, 3)).toEqual([
    { name: 'Huxley evidence r7', length: 900 },
    { name: 'Huxley evidence r7 · 2', length: 900 },
    { name: 'Huxley evidence r7 · 3', length: expect.any(Number) },
  ]);
  expect(runCheck('r7', 901)).toBe('Huxley run r7 · 2');
});
