import type { Verdict } from '../../../model/verdict.ts';
import type { Instance } from '../instance/instance.ts';
import { universal } from '../instance/log-text.ts';
import { type OfficialReport, officialLog, officialReport, resolveCase } from '../instance/official.ts';
import type { Status, StatusMap } from '../instance/status.ts';
import { junitId } from './junit.ts';

/** What is left of a test run, read from outside of its container. */
export interface InstanceRun {
  /** What the test command alone printed. */
  readonly output: string;
  /** What it printed to standard error, where that is kept apart. */
  readonly errors?: string;
  /** The exit code of the (last) test command as the engine tells it; `null` when it was killed. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** Whether there is one test command alone, so that its exit code speaks for all tests. */
  readonly single: boolean;
  /** pytest's own reports from outside the tree, run by run; `undefined` when none was finished, `null` where the runner has none. */
  readonly junit: readonly StatusMap[] | undefined | null;
  /** Whether the script keeps pytest from writing every report, so that one that is missing says nothing. */
  readonly partial?: boolean;
  /** Files of the attempt that tell the test runner what to do; the base commit's were used. */
  readonly putBack?: readonly string[];
}

export interface InstanceVerdict {
  readonly verdict: Extract<Verdict, 'resolved' | 'unresolved' | 'timeout'>;
  readonly official: boolean;
  readonly failed: readonly string[];
  /** See `Grade.score`. */
  readonly score?: number;
  readonly evidence: string;
  /** Whether the log describes a run of tests that ended by itself. */
  readonly described: boolean;
  /** Of SWE-bench-Live: old tests that count as passed though log or report does not name them. See `withoutMissing`. */
  readonly missing?: readonly string[];
}

/**
 * The hardened verdict, and the official one beside it. It resolves only what the official rules resolve, when in addition the
 * exit code that the engine saw, and pytest's report where there is one, say the same.
 */
export function judgeInstance(
  instance: Pick<Instance, 'failToPass' | 'passToPass' | 'evalType' | 'program'>,
  run: InstanceRun,
  parser: (log: string) => StatusMap,
): InstanceVerdict {
  const report = officialReport(instance, officialLog(run.output, run.exitCode), parser);
  const official = report.resolved && !run.timedOut;
  const expected = [...instance.failToPass, ...instance.passToPass];
  const missing = missingOf(instance, report, run, parser);
  const as = (verdict: InstanceVerdict['verdict'], failed: readonly string[], evidence: string): InstanceVerdict => ({
    verdict,
    official,
    failed,
    evidence,
    described: report.found && !run.timedOut,
    ...(missing.length > 0 && { missing }),
  });
  if (run.timedOut) return as('timeout', expected, 'The tests did not end in time.');
  if (!report.found) return as('unresolved', expected, 'The log describes no test run that ended by itself.');
  const failed = [...report.failToPass.failure, ...report.passToPass.failure];
  if (failed.length > 0) {
    const judged = as('unresolved', failed, `${failed.length} of ${expected.length} expected tests did not pass.`);
    const score = scoreOf(instance, report, run, parser);
    return score === undefined ? judged : { ...judged, score };
  }
  const silent = run.junit === null || (run.partial === true && run.junit === undefined);
  const doubt =
    (silent || run.partial ? doubtLog(run, parser, instance.program ? null : new Set(expected)) : undefined) ??
    (silent ? undefined : doubtJUnit(instance, run, parser));
  if (doubt) return as('unresolved', expected, `The log says that all tests passed, but ${doubt}.`);
  const source = silent ? 'the log and the exit code' : "the log, the exit code and pytest's own report";
  return as('resolved', [], `All ${expected.length} expected tests passed by ${source}.`);
}

/** What rules that let old tests be missing make of it here: only those may be that are missing with the reference fix too. */
export function withoutMissing(verdict: InstanceVerdict, withReference: Pick<InstanceVerdict, 'missing'>) {
  const lost = (verdict.missing ?? []).filter((id) => !withReference.missing?.includes(id));
  if (verdict.verdict !== 'resolved' || lost.length === 0) return verdict;
  const evidence = `${lost.length} tests that passed before did not run, and with the reference fix they do.`;
  return { ...verdict, verdict: 'unresolved' as const, failed: lost, evidence };
}

function missingOf(
  instance: Pick<Instance, 'passToPass' | 'evalType'>,
  { missing }: OfficialReport,
  run: InstanceRun,
  parser: (log: string) => StatusMap,
): readonly string[] {
  if (instance.evalType !== 'live') return [];
  const unnamed = new Set(missing);
  const read = run.partial ? '' : readJUnit(instance, run, parser);
  return instance.passToPass.filter(
    (id) => unnamed.has(id) || (typeof read !== 'string' && read.status(id) === undefined),
  );
}

/**
 * The share of the tests to be mended that pass, 0 where a test that passed before no longer does (the harness's `PARTIAL` and
 * `NO`). The log alone, which the code under test can print to, gives no score: pytest's own report has to say the same.
 */
function scoreOf(
  instance: Pick<Instance, 'failToPass' | 'passToPass' | 'evalType'>,
  { failToPass, passToPass }: OfficialReport,
  run: InstanceRun,
  parser: (log: string) => StatusMap,
): number | undefined {
  if (instance.failToPass.length < 2 || run.partial) return undefined;
  const read = readJUnit(instance, run, parser);
  if (typeof read === 'string') return undefined;
  const { holds } = read;
  const broken = passToPass.failure.length > 0 || instance.passToPass.some((id) => !holds(id, 'SKIPPED'));
  const mended = instance.failToPass.filter((id) => !failToPass.failure.includes(id) && holds(id));
  return broken ? 0 : mended.length / instance.failToPass.length;
}

/**
 * Without a report beside the log: the exit code must agree with it, and no expected test may have two outcomes.
 * @param expected null where a program has read the log: it reads the whole, and no line by itself
 */
function doubtLog(
  { output, exitCode, single }: InstanceRun,
  parser: (log: string) => StatusMap,
  expected: ReadonlySet<string> | null,
): string | undefined {
  const failures = [...parser(output).values()].filter((status) => status === 'FAILED' || status === 'ERROR').length;
  if (exitCode === null) return 'the test command was killed';
  if (exitCode !== 0 && failures === 0) return `the test command ended with exit code ${exitCode}`;
  if (single && exitCode === 0 && failures > 0) return 'it names failures, and the test command ended with exit code 0';
  if (expected === null) return undefined;
  const seen = new Map<string, Status>();
  for (const line of universal(output).split('\n'))
    for (const [id, status] of parser(line)) {
      if (!expected.has(id)) continue;
      if ((seen.get(id) ?? status) !== status) return `it gives ${id} two outcomes`;
      seen.set(id, status);
    }
  return undefined;
}

function doubtJUnit(
  instance: Pick<Instance, 'failToPass' | 'passToPass' | 'evalType'>,
  run: InstanceRun,
  parser: (log: string) => StatusMap,
): string | undefined {
  const read = readJUnit(instance, run, parser);
  if (typeof read === 'string') return read;
  const { holds, status } = read;
  const wrong = instance.failToPass.find((id) => !holds(id)) ?? instance.passToPass.find((id) => !holds(id, 'SKIPPED'));
  return wrong === undefined ? undefined : `pytest's own report says ${status(wrong) ?? 'nothing'} of ${wrong}`;
}

/** Which tests pytest's own report lets pass, or why it cannot be believed. */
function readJUnit(
  { evalType }: Pick<Instance, 'evalType'>,
  { junit, exitCode, single, partial }: InstanceRun,
  parser: (log: string) => StatusMap,
) {
  if (!junit || junit.every((report) => report.size === 0)) return "pytest's own report was never finished";
  if (single && junit.length > 1) return `pytest ran once and there are ${junit.length} reports`;
  if (exitCode === null || (single && exitCode > 1)) return `the test command ended with exit code ${exitCode}`;
  const all = new Map(junit.flatMap((report) => [...report]));
  const failures = [...all.values()].filter((status) => status === 'FAILED' || status === 'ERROR').length;
  if (single && !partial && (exitCode === 0) !== (failures === 0))
    return `pytest reports ${failures} failures and its exit code is ${exitCode}`;
  const named = underLogNames(all, parser);
  const status = (id: string) => {
    const key = resolveCase(junitId(id), named);
    return key === undefined ? undefined : named.get(key);
  };
  const holds = (id: string, ...also: readonly Status[]) => {
    const said = status(id);
    if (said === undefined) return partial === true || (also.length > 0 && evalType === 'live');
    return ['PASSED', 'XFAIL', ...also].includes(said);
  };
  return { holds, status };
}

/**
 * The report under the names that the log parser gives: some shorten parameters. Tests that get one name between them have the
 * best of their outcomes, since the log can show but one.
 */
function underLogNames(report: StatusMap, parser: (log: string) => StatusMap): StatusMap {
  const named = new Map(report);
  for (const [id, status] of report) {
    const [head, ...rest] = id.split('::');
    const test = `x::${rest.join('::').replace(/\s*\n\s*/g, ' ')}`;
    const [name] = parser(`PASSED ${test}`).keys();
    const alias = name === undefined ? id : `${head}${name.slice(1)}`;
    if (report.has(alias)) continue;
    const before = named.get(alias);
    if (before !== 'PASSED' && before !== 'XFAIL') named.set(alias, status);
  }
  return named;
}
