import { randomBytes } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import type { FileEntry } from '../../model/file.ts';
import type { Box, ExecResult, Sandbox } from '../../sandbox/port.ts';
import { Boxes, REPORT_FOLDER } from './boxes.ts';
import { type Part, testsOf } from './laid-files.ts';
import type { GradingPlan, TestReport } from './plan.ts';
import { takeReport } from './take-report.ts';

const MAX_OUTPUT_BYTES = 1024 * 1024;
const MEGABYTE = 1024 * 1024;

export interface TestRun {
  readonly report: TestReport;
  readonly run: ExecResult;
}

/** Runs a plan's tests, or its canary, once, in a container of its own: what expected ids are locked from. */
export async function runOnce(plan: GradingPlan, part: Part, sandbox: Sandbox, signal?: AbortSignal): Promise<TestRun> {
  await using boxes = new Boxes(plan, sandbox);
  return await runTests(plan, part, boxes, signal);
}

/** Runs a plan's tests, or its canary, in one of a grading's containers. */
export async function runTests(
  plan: GradingPlan,
  part: Part,
  boxes: Boxes,
  signal: AbortSignal | undefined,
): Promise<TestRun> {
  const { runner, workdir } = plan;
  const box = await boxes.take(part);
  try {
    const nonce = randomBytes(16).toString('hex');
    const tests = testsOf(plan, part)
      .map(({ path }) => path)
      .filter((path) => runner.runs(path));
    const run = await box.exec({
      command: runner.command(tests.sort()),
      cwd: workdir,
      env: { TMPDIR: '/tmp', ...runner.env },
      stdin: `${nonce}\n`,
      timeoutSeconds: plan.seconds * stretch(),
      maxOutputBytes: MAX_OUTPUT_BYTES,
      ...(signal ? { signal } : {}),
    });
    const left = runner.report && run.exitCode !== null ? await reportFiles(box) : [];
    const report = runner.read({ ...run, nonce, files: left });
    return { run, report: part === 'canary' && plan.mustFail ? only(report, plan.mustFail) : report };
  } finally {
    boxes.done(box);
  }
}

function only(report: TestReport, ids: readonly string[]): TestReport {
  return { ...report, tests: new Map([...report.tests].filter(([id]) => ids.includes(id))) };
}

/** Deadlines grow with the work that waits for each processor, up to fourfold: a busy machine is no one's failure. */
export function stretch(): number {
  return Math.min(4, Math.max(1, loadavg()[0]! / availableParallelism()));
}

async function reportFiles(box: Box): Promise<readonly FileEntry[]> {
  return await takeReport(box, REPORT_FOLDER, { maxBytes: 16 * MEGABYTE, maxFiles: 500 });
}
