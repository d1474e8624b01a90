import type { Instance } from './instance.ts';
import { universal } from './log-text.ts';
import { END, START } from './marks.ts';
import type { Status, StatusMap } from './status.ts';

const EXIT_CODE = '>>>>> Test Exit Code';
const BAD = ['>>>>> Patch Apply Failed', '>>>>> Reset Failed', '>>>>> Tests Errored', '>>>>> Tests Timed Out'];

/** Signs that a runner which names failures only did run. */
const RAN = [
  /Executed [1-9]\d* of \d+/,
  /TOTAL: [1-9]\d* (?:SUCCESS|FAILED)/,
  /[1-9]\d* passing/,
  /Tests:\s+[1-9]\d*/,
  /Test Suites:\s+(?:\d+ \w+, )*[1-9]\d* total/,
  /^# tests [1-9]\d*/m,
  /[1-9]\d* specs?, \d+ failures?/,
  /': ok$/m,
];

export interface OfficialReport {
  readonly resolved: boolean;
  /** False when the log cannot be believed to describe a run. */
  readonly found: boolean;
  readonly failToPass: { readonly success: readonly string[]; readonly failure: readonly string[] };
  readonly passToPass: { readonly success: readonly string[]; readonly failure: readonly string[] };
  /** Old tests that pass though the log does not name them (SWE-bench-Live). */
  readonly missing: readonly string[];
}

type Graded = Pick<Instance, 'failToPass' | 'passToPass' | 'evalType'>;

const PASSING: readonly Status[] = ['PASSED', 'XFAIL'];

/**
 * The key a test id stands for. Expected ids that were cut inside their parameters (more `[` than `]`) match by prefix when
 * all matches agree on passing or not.
 */
export function resolveCase(id: string, statuses: StatusMap): string | undefined {
  if (statuses.has(id)) return id;
  if (id.split('[').length <= id.split(']').length) return undefined;
  const matches = [...statuses.keys()].filter((key) => key.startsWith(id));
  const outcomes = new Set(matches.map((key) => PASSING.includes(statuses.get(key)!)));
  return outcomes.size === 1 ? matches[0] : undefined;
}

/**
 * The verdict of the official rules (SWE-bench 5, `harness/grading.py`) on a log: every fail-to-pass test PASSED or XFAIL, and
 * every pass-to-pass test that or SKIPPED.
 */
export function officialReport(instance: Graded, log: string, parser: (log: string) => StatusMap): OfficialReport {
  const statuses = readLog(universal(log), parser);
  const none = { success: [], failure: [] };
  if (!statuses) return { resolved: false, found: false, failToPass: none, passToPass: none, missing: [] };
  const { evalType } = instance;
  const split = (ids: readonly string[], allowed: readonly Status[]) => {
    const good = (id: string) => {
      if (evalType === 'fail_only') return statuses.get(id) !== 'FAILED';
      if (evalType === 'exact') return statuses.get(id) === 'PASSED';
      if (evalType === 'smith') return statuses.get(id) !== 'FAILED' && statuses.get(id) !== 'ERROR';
      if (evalType === 'live') return isGoodLive(statuses.get(id), allowed.includes('SKIPPED'));
      const key = resolveCase(id, statuses);
      return key !== undefined && allowed.includes(statuses.get(key)!);
    };
    return { success: ids.filter(good), failure: ids.filter((id) => !good(id)) };
  };
  const failToPass = split(instance.failToPass, PASSING);
  const passToPass = split(instance.passToPass, [...PASSING, 'SKIPPED']);
  const resolved = failToPass.failure.length === 0 && passToPass.failure.length === 0;
  const missing = evalType === 'live' ? instance.passToPass.filter((id) => !statuses.has(id)) : [];
  return { resolved, found: true, failToPass, passToPass, missing };
}

/** SWE-bench-Live: a new test has passed, an old one has not failed; a failure that was expected is one. */
function isGoodLive(status: Status | undefined, old: boolean): boolean {
  return status === 'PASSED' || (old && (status === undefined || status === 'SKIPPED'));
}

function readLog(log: string, parser: (log: string) => StatusMap): StatusMap | undefined {
  if (BAD.some((mark) => log.includes(mark)) || !log.includes(START) || !log.includes(END)) return undefined;
  const inside = parser(log.split(START)[1]!.split(END)[0]!);
  const statuses = inside.size > 0 ? inside : parser(log);
  if (statuses.size === 0 && !RAN.some((sign) => sign.test(log))) return undefined;
  const exit = new RegExp(`${EXIT_CODE}:\\s*(-?\\d+)`).exec(log);
  const failures = [...statuses.values()].some((status) => status === 'FAILED' || status === 'ERROR');
  return exit && Number(exit[1]) !== 0 && statuses.size > 0 && !failures ? undefined : statuses;
}

/** A test run's output as the official harness would have logged it. */
export function officialLog(output: string, exitCode: number | null): string {
  const code = exitCode === null ? '' : `${EXIT_CODE}: ${exitCode}\n`;
  return `${START}\n${output}\n${END}\n${code}`;
}
