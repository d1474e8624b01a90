import { z } from 'zod';
import { HuxleyError } from '../../model/error.ts';
import { END, START } from './instance/marks.ts';
import { officialReport, resolveCase } from './instance/official.ts';
import type { LogParser } from './instance/status.ts';

const split = z.object({ success: z.array(z.string()), failure: z.array(z.string()) });
const one = z.object({
  resolved: z.boolean(),
  tests_status: z.object({ FAIL_TO_PASS: split, PASS_TO_PASS: split }).optional(),
});
export type PublishedReport = z.infer<typeof one>;

/**
 * Reports of the official harness by instance; one of SWE-smith's, which names none, is that of `id`.
 * @throws HuxleyError `differential.report` for what is no report
 */
export function parseReport(text: string, id: string): Readonly<Record<string, PublishedReport>> {
  const value: unknown = JSON.parse(text);
  const single = one.safeParse(value).data;
  if (single) return { [id]: single };
  const all = z.record(z.string(), one).safeParse(value);
  if (all.success) return all.data;
  throw new HuxleyError(
    'differential.report',
    'is not a report on instances',
    'Give a report.json as the harness writes it.',
  );
}

export interface Comparison {
  /** Statuses that were compared. */
  readonly statuses: number;
  /** Each status, and each verdict, that we read otherwise than the report has it, in words. */
  readonly differences: readonly string[];
}

/**
 * Holds what a parser reads in a published log, and the verdict on it, against what the harness reported of the same log.
 * @param rule of the harness: SWE-smith takes a test that is not mentioned for passed
 */
export function compareLog(
  log: string,
  report: PublishedReport,
  parser: LogParser,
  rule: 'pass_and_fail' | 'smith' = 'pass_and_fail',
): Comparison {
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
        const good =
          rule === 'smith'
            ? status !== 'FAILED' && status !== 'ERROR'
            : ['PASSED', 'XFAIL', ...also].some((one) => one === status);
        if (good !== (outcome === 'success'))
          differences.push(`${list}: ${id}: reported as ${outcome}, read as ${status ?? 'not there'}`);
      }
  const { FAIL_TO_PASS, PASS_TO_PASS } = report.tests_status;
  const expected = {
    failToPass: [...FAIL_TO_PASS.success, ...FAIL_TO_PASS.failure],
    passToPass: [...PASS_TO_PASS.success, ...PASS_TO_PASS.failure],
  };
  const { resolved } = officialReport(
    { ...expected, evalType: rule },
    marked ? log : `${START}\n${log}\n${END}`,
    parser,
  );
  if (resolved !== report.resolved) differences.push(`resolved: reported as ${report.resolved}, judged as ${resolved}`);
  return { statuses: compared, differences };
}
