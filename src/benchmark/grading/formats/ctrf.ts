import { z } from 'zod';
import type { TestOutcome } from '../plan.ts';
import { type Results, resultsOf, UNREADABLE } from './results.ts';

const OUTCOMES: Readonly<Record<string, TestOutcome>> = { passed: 'passed', skipped: 'skipped', pending: 'skipped' };

const reportSchema = z.object({
  results: z.object({
    tests: z.array(
      z.object({
        name: z.string(),
        status: z.enum(['passed', 'failed', 'skipped', 'pending', 'other']),
        suite: z.union([z.string(), z.array(z.string())]).default([]),
      }),
    ),
  }),
});

/** Common Test Report Format (ctrf.io). An id is the names of the suites around a test and its own: `twice > two`. */
export function readCtrf(json: string): Results {
  try {
    const { tests } = reportSchema.parse(JSON.parse(json)).results;
    return resultsOf(
      tests.map(({ name, status, suite }) => [[...[suite].flat(), name], OUTCOMES[status] ?? 'failed']),
      true,
    );
  } catch {
    return UNREADABLE;
  }
}
