import { expect, test } from 'vitest';
import { startedRun } from '../../../test/support/kept-run.ts';
import { HuxleyError } from '../../model/error.ts';
import type { ArchiveEvent, JournalEntry } from '../../model/event.ts';
import { spentByAccount, spentOf } from './month.ts';

const entries = (...of: readonly (readonly [day: string, event: ArchiveEvent])[]): JournalEntry[] =>
  of.map(([day, event], n) => ({ seq: n + 1, at: `2026-${day}T12:00:00.000Z`, event }));
const spend = (costUSD: number): ArchiveEvent => ({
  type: 'preflight.done',
  job: 'p',
  findings: [],
  costUSD,
  seconds: 1,
});
const ended: ArchiveEvent = { type: 'run.ended', outcome: 'nothing', reason: 'x', shipped: 'v0' };
const extended = (costUSD: number): ArchiveEvent => ({
  type: 'heldout.extended',
  ...{
    variant: 'v1',
    by: 'ada',
    costUSD,
    grant: { evaluations: 4, after: 0, level: 0.05, spent: 0, openings: 0, passes: 0, worn: 0 },
  },
});

const old = [
  ['11-02', startedRun('r1', 10)],
  ['11-03', spend(4)],
  ['11-04', ended],
] as const;

test('a run counts in the month it began, and from an extension on in the month of that', () => {
  const over = entries(...old);
  expect([spentOf(over, '2026-11'), spentOf(over, '2026-12')]).toEqual([4, 0]);
  // Six dollars were left, and three are given.
  const goesOn = entries(...old, ['12-01', extended(3)]);
  expect([spentOf(goesOn, '2026-11'), spentOf(goesOn, '2026-12')]).toEqual([4, 9]);
});

test('what extensions of other runs may spend counts for an account', async () => {
  const journals: Record<string, JournalEntry[]> = {
    'octo/a': entries(...old, ['12-01', extended(3)]),
    'octo/b': entries(...old, ['12-02', extended(1)]),
    'other/c': entries(...old, ['12-02', extended(5)]),
  };
  const store = {
    runs: async (of?: string) =>
      Object.keys(journals).flatMap((repository) =>
        of === undefined || of === repository ? [{ repository, run: 'r1' }] : [],
      ),
    read: async ({ repository }: { repository: string }) => journals[repository]!,
  };
  const now = new Date('2026-12-03T00:00:00Z');
  expect(await spentByAccount(now, store, 'octo')).toBe(16);
  expect(await spentByAccount(now, store, 'octo', { repository: 'octo/a', run: 'r1' })).toBe(7);
});

test('a damaged journal counts as all its run may spend; one that cannot be asked for is trouble', async () => {
  const [first] = entries(...old);
  const asked = (code: string) =>
    spentByAccount(
      new Date('2026-12-03T00:00:00Z'),
      {
        runs: async () => [{ repository: 'octo/a', run: 'r1' }],
        read: async (_: unknown, __?: number, most?: number) => {
          if (most === 1) return [first!];
          throw new HuxleyError(code, 'x', 'y');
        },
      },
      'octo',
    );
  expect(await asked('journal.damaged')).toBe(10);
  await expect(asked('journal.unreachable')).rejects.toMatchObject({ code: 'journal.unreachable' });
});
