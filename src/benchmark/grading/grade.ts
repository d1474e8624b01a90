import { randomInt } from 'node:crypto';
import { commandLine } from '../../model/command-line.ts';
import { HuxleyError } from '../../model/error.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import { isPlainPath } from '../../sandbox/tar.ts';
import type { Grade } from '../suite.ts';
import { ContainerPool } from './container-pool.ts';
import { judgeCanary, judgeTests, scoreOf } from './judge.ts';
import { accepted, type Part } from './overlay.ts';
import type { GradingPlan, TestReport } from './plan.ts';
import { insist, runOnce, runTests, type TestRun, TRIES } from './run-tests.ts';

const MAX_SOLUTION_BYTES = 16 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;
const CANARY_PASSED =
  'The tests passed, and so did copies of them with false expectations: the code under test decides its own results.';
const CANARY_SILENT = 'The tests passed, but copies of them with false expectations gave no result at all.';

/**
 * Grades an attempt in a container of its own that the agent never touched. Never throws for what the attempt contains;
 * trouble with the engine or the test runner is the verdict `infrastructure`, after three tries.
 */
export async function grade(plan: GradingPlan, sandbox: Sandbox, signal?: AbortSignal): Promise<Grade> {
  if (plan.expected.length === 0)
    throw new HuxleyError(
      'grading.expected',
      'No test ids are expected, so nothing could be graded',
      'Lock the expected ids by running the reference solution.',
    );
  const started = performance.now();
  const finish = (grade: Omit<Grade, 'expected' | 'seconds'>): Grade => ({
    ...grade,
    failed: grade.failed.slice(0, 20),
    expected: plan.expected.length,
    seconds: (performance.now() - started) / 1000,
  });
  const canary = plan.canary === null ? 'none' : 'not run';
  const refusal = refuse(plan);
  if (refusal !== undefined)
    return finish({ verdict: 'invalid', passed: 0, failed: plan.expected, evidence: refusal, canary });
  await using pool = new ContainerPool(plan, sandbox);
  try {
    await using running = together(plan, pool, signal);
    const { tests, falsified } = running;
    const { report, run } = await tests;
    const judgement = judgeTests(plan.expected, report, run);
    if (judgement.verdict !== 'resolved') {
      const score = scoreOf(judgement, report);
      // In one process with the code under test a share could be forged at no risk: only whole success is held against a canary.
      const counts = score !== undefined && (plan.canary === null || score === 0);
      return finish({ ...judgement, ...(counts ? { score } : {}), canary });
    }
    if (falsified === null) return finish({ ...judgement, canary });
    const last = await judgedCanary(plan, falsified, sandbox, signal);
    switch (last.verdict) {
      case 'failed':
        return finish({ ...judgement, canary: 'failed' });
      case 'passed':
        return finish({ ...judgement, verdict: 'tampered', evidence: CANARY_PASSED, canary: 'passed' });
      case 'silent':
        return finish({
          ...judgement,
          verdict: last.timedOut ? 'timeout' : 'unresolved',
          evidence: CANARY_SILENT,
          canary,
        });
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof HuxleyError)) throw error;
    return finish({
      verdict: 'infrastructure',
      passed: 0,
      failed: [],
      evidence: `No result: ${error.message}`,
      canary,
    });
  }
}

/** Why the attempt cannot be applied at all, if it cannot. */
function refuse(plan: GradingPlan): string | undefined {
  const odd = plan.solution.find(({ path }) => !isPlainPath(path));
  if (odd) return `The attempt holds a file outside of the workspace: ${JSON.stringify(odd.path.slice(0, 120))}.`;
  const bytes = accepted(plan).reduce((sum, { content }) => sum + content.byteLength, 0);
  return bytes > MAX_SOLUTION_BYTES
    ? `The attempt is ${Math.ceil(bytes / MEGABYTE)} MB; 16 MB are allowed.`
    : undefined;
}

/**
 * The tests and their canary, started together in an order that is drawn: neither the time nor anything else tells code under
 * test which of them it has been given.
 */
function together(plan: GradingPlan, pool: ContainerPool, signal: AbortSignal | undefined) {
  const parts: Part[] =
    plan.canary === null ? ['tests'] : randomInt(2) === 0 ? ['tests', 'canary'] : ['canary', 'tests'];
  for (const part of parts) pool.prewarm(part);
  const over = new AbortController();
  const either = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  const runs = new Map(parts.map((part) => [part, insist(() => runTests(plan, part, pool, either), either)]));
  const settled = Promise.allSettled(runs.values());
  return {
    tests: runs.get('tests')!,
    falsified: runs.get('canary') ?? null,
    // Where the tests settle it, the canary is ended.
    async [Symbol.asyncDispose]() {
      over.abort();
      await settled;
    },
  };
}

/**
 * What a canary says of an attempt. One that came to no result proves nothing: it is run again before that is believed. One
 * that the reference solution passes, or to which even that gives no result, says nothing of anybody: another is drawn.
 * @throws HuxleyError `grading.canary` when no canary can tell, whoever is tested
 */
async function judgedCanary(
  first: GradingPlan,
  run: Promise<TestRun>,
  sandbox: Sandbox,
  signal: AbortSignal | undefined,
): Promise<{ readonly verdict: ReturnType<typeof judgeCanary>; readonly timedOut: boolean }> {
  let plan = first;
  let last = await run;
  for (let left = TRIES - 1; ; left--) {
    const { timedOut } = last.run;
    let verdict: ReturnType<typeof judgeCanary> | 'worthless' = judgeCanary(last.report);
    if (verdict === 'failed' || last.report.intrusion !== null) return { verdict, timedOut };
    if (plan.reference !== undefined) {
      const right = await runOnce({ ...plan, solution: plan.reference }, 'canary', sandbox, signal);
      verdict = nextToReference(last.report, right.report);
    }
    if (verdict === 'passed' || verdict === 'failed') return { verdict, timedOut };
    if (left === 0) {
      if (verdict === 'silent') return { verdict, timedOut };
      throw new HuxleyError(
        'grading.canary',
        'Copies of the tests with false expectations show nothing, even with the reference solution',
        `Validate the suite: ${commandLine('bench validate SUITE')}.`,
      );
    }
    if (verdict === 'worthless' && plan.drawCanary !== undefined) plan = { ...plan, canary: plan.drawCanary() };
    last = await runOnce(plan, 'canary', sandbox, signal);
  }
}

/** The same next to what the reference solution makes of the canary: tests that it passes were not made false, and bar nobody. */
function nextToReference(report: TestReport, right: TestReport): ReturnType<typeof judgeCanary> | 'worthless' {
  if (!right.complete || ![...right.tests.values()].includes('failed')) return 'worthless';
  const verdict = judgeCanary(report);
  if (verdict === 'silent') return verdict;
  const tests = new Map([...report.tests].filter(([id]) => right.tests.get(id) !== 'passed'));
  const left = judgeCanary({ ...report, tests });
  return left === 'silent' ? 'worthless' : left;
}
