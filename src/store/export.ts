import { z } from 'zod';
import { HuxleyError, sentence } from '../model/error.ts';
import type { JournalEntry } from '../model/event.ts';
import { entrySchema } from './event-schema.ts';
import type { RunKey } from './journal.ts';

/** A run's journal as a file: a header, then one entry a line. */
export interface JournalExport extends RunKey {
  readonly entries: readonly JournalEntry[];
}

const header = z.strictObject({
  huxley: z.literal('journal'),
  v: z.literal(1),
  repository: z.string().min(1),
  run: z.string().min(1),
});

export function exportToString({ repository, run, entries }: JournalExport): string {
  const lines: unknown[] = [{ huxley: 'journal', v: 1, repository, run }, ...entries];
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}

/**
 * Reads a journal export. Throws HuxleyError `export.damaged`, naming the line, when it is not one: a header that is missing,
 * an entry that is no event, a gap or a repetition in the numbering. `source` names the file.
 */
export function parseExport(text: string, source: string): JournalExport {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const first = readLine(header, lines[0] ?? '', 1, source);
  const entries = lines.slice(1).map((line, index): JournalEntry => {
    const number = index + 2;
    const entry = readLine(entrySchema, line, number, source);
    if (entry.seq !== index + 1) damaged(source, number, `entry ${entry.seq} where entry ${index + 1} was due`);
    return entry;
  });
  return { repository: first.repository, run: first.run, entries };
}

function readLine<T>(schema: z.ZodType<T>, line: string, number: number, source: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    damaged(source, number, 'it is not JSON', error);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  damaged(source, number, `${issue!.path.join('.') || 'the whole line'}: ${issue!.message}`);
}

function damaged(source: string, line: number, what: string, cause?: unknown): never {
  throw new HuxleyError(
    'export.damaged',
    `${source}, line ${line}: ${sentence(what)}`,
    'Export the journal again; a file that was edited or cut short cannot be replayed.',
    { cause },
  );
}
