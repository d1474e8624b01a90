import { z } from 'zod';
import type { RunOutput, TestOutcome, TestReport } from './plan.ts';

const recordSchema = z.union([
  z.strictObject({ id: z.string(), outcome: z.enum(['passed', 'failed', 'skipped']) }),
  z.strictObject({ begin: z.literal(true) }),
  z.strictObject({ end: z.literal(true) }),
]);

/**
 * Reads what our own runners report, one JSON record a line behind the run's nonce: that they begin, each test, that they end. A test reported
 * twice failed, however often it passed: the second report is a forgery or an accident, and neither earns anything.
 */
export function readRecords({ stdout, nonce, timedOut, truncated }: RunOutput): TestReport {
  const tests = new Map<string, TestOutcome>();
  let began = false;
  let complete = false;
  let intrusion: string | null = null;
  const lines = stdout.split('\n');
  const rest = lines.pop()!;
  for (const line of lines) {
    const record = line.startsWith(`${nonce} `) ? parse(line.slice(nonce.length + 1)) : undefined;
    if (record === undefined) intrusion ??= 'a line that the runner did not write';
    else if ('begin' in record) began = true;
    else if ('end' in record) complete = true;
    else if (complete) intrusion ??= 'a result after the end of the report';
    else tests.set(record.id, tests.has(record.id) ? 'failed' : record.outcome);
  }
  if (rest !== '' && !timedOut && !truncated) intrusion ??= 'an unfinished line';
  if (truncated && stdout.length > 0 && !complete) intrusion ??= 'more than a report can be';
  return { tests, began, complete: complete && !timedOut, intrusion };
}

function parse(text: string): z.infer<typeof recordSchema> | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
