import { expect, test } from 'vitest';
import type { JournalEntry } from '../model/event.ts';
import { exportLines, exportToString, type JournalExport, openExport, parseExport } from './export.ts';
import { entriesOf } from './journal.ts';

const at = '2026-03-01T12:00:00.000Z';
const entries: JournalEntry[] = [
  { seq: 1, at, event: { type: 'run.paused', by: 'ada' } },
  {
    seq: 2,
    at,
    event: {
      type: 'decision.made',
      n: 0,
      decision: {
        type: 'expand',
        variant: 'v1',
        parent: 'v0',
        operator: 'hybridization',
        tasks: ['a'],
        donor: 'v0',
        reason: { text: 'why', candidates: [], numbers: { tau: 1.0000000000000002 } },
      },
    },
  },
];
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const journal: JournalExport = { repository: 'octo/agent', run: 'r1', entries };

test('an export reads back as it was written', () => {
  expect(parseExport(exportToString(journal), 'run.jsonl')).toEqual(journal);
});

test('an evaluation reads back with its signs and tokens, and as it was written before there were any', () => {
  const event = {
    type: 'evaluation.done',
    job: 'j',
    variant: 'v1',
    task: 'a',
    split: 'search',
    outcome: 'unresolved',
    costUSD: 0,
    seconds: 1,
  } as const;
  const both: JournalEntry[] = [
    { seq: 1, at, event },
    { seq: 2, at, event: { ...event, signs: ['empty-patch', 'context-overflow'], tokens: 1_234 } },
  ];
  const text = exportToString({ ...journal, entries: both });
  expect(parseExport(text, 'run.jsonl').entries).toEqual(both);
  expect(() => parseExport(text.replace('empty-patch', 'bad-luck'), 'run.jsonl')).toThrow(/line 3: event/);
});

test('damage is named by its line', () => {
  const lines = exportToString(journal).trim().split('\n');
  const damaged = (change: (lines: string[]) => unknown[]) => () => parseExport(change(lines).join('\n'), 'run.jsonl');
  expect(damaged(() => [])).toThrow('run.jsonl, line 1: it is not JSON.');
  expect(damaged(([, ...rest]) => rest)).toThrow(/line 1: .*huxley/);
  expect(damaged(([head, one]) => [head, one, one])).toThrow('run.jsonl, line 3: entry 1 where entry 2 was due.');
  expect(damaged(([head, one, two]) => [head, one, two!.slice(0, 40)])).toThrow('run.jsonl, line 3: it is not JSON.');
  expect(damaged(([head, one]) => [head, one!.replace('run.paused', 'run.napped')])).toThrow(/line 2: event/);
});

test('line by line an export is written and read as it is whole, damage named by its line', async () => {
  const lines: string[] = [];
  for await (const line of exportLines(journal, entries)) lines.push(line);
  expect(lines.join('')).toBe(exportToString(journal));
  const open = (text: string) => openExport(ReadableStream.from(text.trimEnd().split('\n')), 'run.jsonl');
  const opened = await open(lines.join(''));
  expect(opened).toMatchObject({ repository: 'octo/agent', run: 'r1' });
  expect(await all(opened.entries)).toEqual(entries);
  await expect(open('')).rejects.toThrow('run.jsonl, line 1: it is not JSON.');
  const twice = await open(`${lines[0]}${lines[1]}${lines[1]}`);
  await expect(all(twice.entries)).rejects.toThrow('line 3: entry 1 where entry 2 was due.');
});

test('a journal is read page by page, each entry once', async () => {
  const many = Array.from({ length: 2_300 }, (_, n) => ({ ...entries[0]!, seq: n + 1 }));
  const asked: number[] = [];
  const read = async (_: unknown, after = 0, limit = 0) => {
    asked.push(after);
    return many.slice(after, after + limit);
  };
  expect(await all(entriesOf({ read }, { repository: 'octo/agent', run: 'r1' }))).toEqual(many);
  expect(asked).toEqual([0, 1_000, 2_000, 2_300]);
});
