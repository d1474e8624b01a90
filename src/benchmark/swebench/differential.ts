import { z } from 'zod';
import { END, START } from './instance/marks.ts';
import { resolveCase } from './instance/official.ts';
import type { LogParser } from './instance/status.ts';

const split = z.object({ success: z.array(z.string()), failure: z.array(z.string()) });
/** A report of the official harness on one or more instances, by id. */
const reportSchema = z.record(
  z.string(),
  z.object({
    resolved: z.boolean(),
    tests_status: z.object({ FAIL_TO_PASS: split, PASS_TO_PASS: split }).optional(),
  }),
);
export type PublishedReport = z.infer<typeof reportSchema>;

/** @throws ZodError for what is no report */
export function parseReport(text: string): PublishedReport {
  return reportSchema.parse(JSON.parse(text));
}

export interface Comparison {
  /** Statuses that were compared. */
  readonly statuses: number;
  /** Each status that we read otherwise than the report has it, in words. */
  readonly differences: readonly string[];
}

/** Holds what a parser reads in a published log against what the official harness reported of the same log. */
export function compareLog(log: string, report: PublishedReport[string], parser: LogParser): Comparison {
  if (!report.tests_status) return { statuses: 0, differences: [] };
  const marked = log.includes(START) && log.includes(END);
  const inside = marked ? parser(log.split(START)[1]!.split(END)[0]!) : parser(log);
  const statuses = inside.size > 0 ? inside : parser(log);
  const differences: string[] = [];
  let compared = 0;
  for (const [list, also] of [
    ['FAIL_TO_PASS', []],
    ['PASS_TO_PASS', ['SKIPPED']],
  ] as const)
    for (const outcome of ['success', 'failure'] as const)
      for (const id of report.tests_status[list][outcome]) {
        compared++;
        const key = resolveCase(id, statuses);
        const status = key === undefined ? undefined : statuses.get(key);
        const good = ['PASSED', 'XFAIL', ...also].some((one) => one === status);
        if (good !== (outcome === 'success'))
          differences.push(`${list}: ${id}: reported as ${outcome}, read as ${status ?? 'not there'}`);
      }
  return { statuses: compared, differences };
}
