import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ArchiveEvent, JournalEntry } from '../../model/event.ts';
import { evidenceChunks } from './evidence-chunks.ts';

const done = (job: string): ArchiveEvent => ({
  type: 'evaluation.done',
  job,
  variant: 'v1',
  task: 't',
  split: 'search',
  outcome: 'resolved',
  costUSD: 0,
  seconds: 1,
});
const lost = (job: string): ArchiveEvent => ({ type: 'expansion.lost', job, variant: 'v2', reason: 'gone' });
const paused: ArchiveEvent = { type: 'run.paused', by: 'ada' };
const journal = (events: readonly ArchiveEvent[]): JournalEntry[] =>
  events.map((event, i) => ({ seq: i + 2, at: '2026-11-29T12:00:00.000Z', event }));

test('each job ends a chunk with its last result; what follows the last one waits', () => {
  const chunks = evidenceChunks(journal([paused, done('a'), done('a'), lost('b'), done('a'), paused]));
  expect(chunks.map(({ job, kind, entries }) => [job, kind, entries.length])).toEqual([
    ['a', 'evaluate', 3],
    ['b', 'expand', 1],
    ['a', 'evaluate', 1],
  ]);
});

test('chunks in a row are the journal up to its last result, nothing twice and nothing left out', () => {
  const event = fc.oneof(fc.constantFrom('a', 'b').map(done), fc.constant(lost('c')), fc.constant(paused));
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const entries = journal(events);
      const end = events.findLastIndex(({ type }) => type !== 'run.paused') + 1;
      expect(evidenceChunks(entries).flatMap((chunk) => chunk.entries)).toEqual(entries.slice(0, end));
    }),
  );
});
