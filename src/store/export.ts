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

/** The lines of an export, one after the other. */
export async function* exportLines(
  { repository, run }: RunKey,
  entries: Iterable<JournalEntry> | AsyncIterable<JournalEntry>,
): AsyncGenerator<string> {
  yield headLine({ repository, run });
  for await (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}

export function exportToString({ entries, ...key }: JournalExport): string {
  return headLine(key) + entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

const headLine = ({ repository, run }: RunKey) => `${JSON.stringify({ huxley: 'journal', v: 1, repository, run })}\n`;

/**
 * Reads a journal export. Throws HuxleyError `export.damaged`, naming the line, when it is not one: a header that is missing,
 * an entry that is no event, a gap or a repetition in the numbering. `source` names the file.
 */
export function parseExport(text: string, source: string): JournalExport {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const key = readHead(lines[0] ?? '', source);
  return { ...key, entries: lines.slice(1).map((line, index) => readEntry(line, index + 1, source)) };
}

/** The same, line by line: what a file says it is, and its entries as they are asked for. */
export async function openExport(
  lines: AsyncIterable<string>,
  source: string,
): Promise<RunKey & { readonly entries: AsyncGenerator<JournalEntry> }> {
  const rest = lines[Symbol.asyncIterator]();
  const { value } = await rest.next();
  async function* entries(): AsyncGenerator<JournalEntry> {
    for (let seq = 1; ; seq++) {
      const next = await rest.next();
      if (next.done) return;
      yield readEntry(next.value, seq, source);
    }
  }
  return { ...readHead(value ?? '', source), entries: entries() };
}

function readHead(line: string, source: string): RunKey {
  const { repository, run } = readLine(header, line, 1, source);
  return { repository, run };
}

function readEntry(line: string, seq: number, source: string): JournalEntry {
  const entry = readLine(entrySchema, line, seq + 1, source);
  if (entry.seq !== seq) damaged(source, seq + 1, `entry ${entry.seq} where entry ${seq} was due`);
  return entry;
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
