import { z } from 'zod';
import type { TestOutcome } from '../plan.ts';
import { type Reported, type Results, resultsOf } from './results.ts';

const OUTCOMES: Readonly<Record<string, TestOutcome>> = { pass: 'passed', fail: 'failed', skip: 'skipped' };

const eventSchema = z.object({ Action: z.string(), Package: z.string().default(''), Test: z.string().optional() });

/**
 * What `go test -json` prints. An id is a test's package and its name: `example.com/twice > TestTwo/small`. Complete when every
 * package that began a test has ended, and some has. Lines that are no events, as a failed build prints them, are passed over.
 */
export function readGoJson(text: string): Results {
  const reported: Reported[] = [];
  const open = new Set<string>();
  const ended = new Set<string>();
  for (const line of text.split('\n')) {
    const event = eventOf(line);
    if (event === undefined) continue;
    const { Action, Package, Test } = event;
    const outcome = OUTCOMES[Action];
    if (Test !== undefined) {
      open.add(Package);
      if (outcome !== undefined) reported.push([[Package, Test], outcome]);
    } else if (outcome !== undefined) ended.add(Package);
  }
  return resultsOf(reported, ended.size > 0 && [...open].every((name) => ended.has(name)));
}

function eventOf(line: string): z.infer<typeof eventSchema> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return eventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
