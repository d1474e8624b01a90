import { expect, test } from 'vitest';
import type { ArchiveEvent, JournalEntry } from '../model/event.ts';
import { eventLines } from './event-line.ts';

const measured = { costUSD: 0.1, seconds: 2 };
type Done = Extract<ArchiveEvent, { type: 'evaluation.done' }>;
const done = (job: string, task: string, more: Pick<Done, 'outcome'> & Partial<Done>): Done => ({
  type: 'evaluation.done',
  job,
  variant: 'v1',
  task,
  split: 'search',
  ...measured,
  ...more,
});
const entries = (...events: ArchiveEvent[]): JournalEntry[] =>
  events.map((event, i) => ({ seq: i + 1, at: `2026-01-01T00:00:0${i}.000Z`, event }));

test('what one job reports is one line, and sealed tasks are only counted', () => {
  expect(
    eventLines(
      entries(
        { type: 'evaluation.ordered', job: 'j1', decision: null, variant: 'v1', tasks: ['a'], split: 'heldout' },
        done('j1', 'a', { outcome: 'resolved' }),
        done('j1', 'b', { outcome: 'timeout' }),
        done('j1', 'c\u001b[2J', { outcome: 'unresolved' }),
        done('j2', 'a', { outcome: 'resolved' }),
        done('j3', 'x', { outcome: 'resolved', split: 'heldout' }),
        done('j3', 'y', { outcome: 'unresolved', split: 'heldout' }),
        { type: 'expansion.made', job: 'j4', variant: 'v2', sha: '1', tree: '1', summary: 'tries\nagain', ...measured },
      ),
    ).join('\n'),
  ).toMatchInlineSnapshot(`
    "00:00:00  measuring v1 on 1 held-out task
    00:00:01  v1 resolves 1/3 search tasks, not b (timeout), c
    00:00:04  v1 resolves 1/1 search tasks
    00:00:05  measured v1 on 2 held-out tasks
    00:00:07  made v2: tries again"
  `);
});

test('what a worker said of lost jobs stays text', () => {
  const by = 'huxley: 3 jobs in a row gave no result (\u001b[2Jno\nspace)';
  expect(eventLines(entries({ type: 'run.paused', by }))).toEqual([
    '00:00:00  paused by huxley: 3 jobs in a row gave no result (no space)',
  ]);
});

test('rounds and scores are told where there are any', () => {
  expect(
    eventLines(
      entries(
        {
          type: 'evaluation.ordered',
          job: 'j1',
          decision: null,
          variant: 'v1',
          tasks: ['a'],
          split: 'search',
          round: 1,
        },
        done('j1', 'a', { outcome: 'unresolved', round: 1, score: 0.25 }),
        done('j2', 'x', { outcome: 'unresolved', split: 'heldout', round: 2, score: 0.25 }),
      ),
    ),
  ).toEqual([
    '00:00:00  measuring v1 on 1 search task, round 2',
    '00:00:01  v1 resolves 0/1 search tasks, round 2, not a (score 0.25)',
    '00:00:02  measured v1 on 1 held-out task, round 3',
  ]);
});
