import type { Verdict } from '../../model/verdict.ts';
import type { ExecResult } from '../../sandbox/port.ts';
import type { TestReport } from './plan.ts';

export interface Judgement {
  readonly verdict: Extract<Verdict, 'resolved' | 'unresolved' | 'tampered' | 'timeout'>;
  readonly passed: number;
  /** Expected ids that failed, were skipped or never ran. */
  readonly failed: readonly string[];
  readonly evidence: string;
}

/**
 * The score of an attempt that did not resolve its task, in [0, 1): the number that its tests came to, or the share of the expected
 * tests that passed, where there are two or more. Undefined for any other, and for a run that ended before its report did: what it
 * would have come to, nobody knows.
 */
export function scoreOf({ verdict, passed, failed }: Judgement, { complete, score }: TestReport): number | undefined {
  if (verdict !== 'unresolved' || !complete) return undefined;
  const expected = passed + failed.length;
  return score ?? (expected > 1 ? passed / expected : undefined);
}

/** The verdict on one run of the real tests: every expected id must be in the report and have passed. */
export function judgeTests(expected: readonly string[], report: TestReport, run: ExecResult): Judgement {
  const failed = expected.filter((id) => report.tests.get(id) !== 'passed');
  const passed = expected.length - failed.length;
  const missing = failed.filter((id) => !report.tests.has(id)).length;
  const as = (verdict: Judgement['verdict'], evidence: string): Judgement => ({ verdict, passed, failed, evidence });
  if (run.timedOut) return as('timeout', `The tests did not end in time; ${passed} of ${expected.length} had passed.`);
  if (report.intrusion) return as('tampered', `Where only the test runner reports there was ${report.intrusion}.`);
  if (!report.complete)
    return as(
      'unresolved',
      `The test run ended before its report did (${ending(run)}); ${passed} of ${expected.length} tests had passed.`,
    );
  if (report.score !== undefined) {
    const [verdict, enough] =
      failed.length === 0 ? (['resolved', 'enough'] as const) : (['unresolved', 'too low'] as const);
    return as(verdict, `The score is ${Number(report.score.toFixed(4))}, ${enough} to pass.`);
  }
  if (failed.length === 0) return as('resolved', `All ${expected.length} expected tests ran and passed.`);
  const never = missing === 0 ? '' : `, ${missing} of them never ran`;
  return as('unresolved', `${failed.length} of ${expected.length} expected tests did not pass${never}.`);
}

function ending({ exitCode, truncated }: ExecResult): string {
  if (exitCode === null) return truncated ? 'killed for flooding its output' : 'the container ended';
  return exitCode === 137 ? 'killed, most likely for memory' : `exit code ${exitCode}`;
}

/**
 * What a run of the canary says. `passed` when any of its tests did, or when something meddled with the report; `silent`
 * when none reported at all, which proves nothing either way.
 */
export function judgeCanary(report: TestReport): 'failed' | 'passed' | 'silent' {
  const outcomes = [...report.tests.values()];
  if (report.intrusion !== null || outcomes.includes('passed')) return 'passed';
  return outcomes.includes('failed') ? 'failed' : 'silent';
}
