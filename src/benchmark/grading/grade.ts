import { randomBytes } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { Box, ExecResult, Sandbox } from '../../sandbox/port.ts';
import { isPlainPath } from '../../sandbox/tar.ts';
import type { Grade } from '../suite.ts';
import { judge, judgeCanary } from './judge.ts';
import type { GradingPlan, TestReport } from './plan.ts';
import { takeReport } from './take-report.ts';

const REPORT_FOLDER = '/report';
const MAX_SOLUTION_BYTES = 16 * 1024 * 1024;
const MAX_OUTPUT_BYTES = 1024 * 1024;
const MEGABYTE = 1024 * 1024;
const CANARY_PASSED =
  'The tests passed, and so did copies of them with false expectations: the code under test decides its own results.';
const CANARY_SILENT = 'The tests passed, but copies of them with false expectations came to no result at all.';

export interface TestRun {
  readonly report: TestReport;
  readonly run: ExecResult;
}

/**
 * Grades an attempt in a container of its own that the agent never touched. Never throws for what the attempt contains;
 * trouble with the engine is the verdict `infrastructure`, after a second try.
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
  try {
    const { report, run } = await twice(() => runTests(plan, 'tests', sandbox, signal), signal);
    const judgement = judge(plan.expected, report, run);
    if (judgement.verdict !== 'resolved' || plan.canary === null) return finish({ ...judgement, canary });
    const falsified = await twice(() => runTests(plan, 'canary', sandbox, signal), signal);
    switch (judgeCanary(falsified.report)) {
      case 'failed':
        return finish({ ...judgement, canary: 'failed' });
      case 'passed':
        return finish({ ...judgement, verdict: 'tampered', evidence: CANARY_PASSED, canary: 'passed' });
      case 'silent':
        return finish({
          ...judgement,
          verdict: falsified.run.timedOut ? 'timeout' : 'unresolved',
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

/** Runs a plan's tests, or its canary, once; what `grade` judges, and what expected ids are locked from. */
export async function runTests(
  plan: GradingPlan,
  part: 'tests' | 'canary',
  sandbox: Sandbox,
  signal?: AbortSignal,
): Promise<TestRun> {
  const { runner, workdir, limits } = plan;
  const tests =
    part === 'tests'
      ? plan.tests
      : layOver(
          plan.tests.filter(({ path }) => !runner.runs(path)),
          plan.canary ?? [],
        );
  const files = layOver(layOver(plan.pristine, accepted(plan)), tests);
  const treeMB =
    limits?.treeMB ??
    Math.max(64, Math.ceil((8 * files.reduce((sum, file) => sum + file.content.byteLength, 0)) / MEGABYTE));
  await using box = await sandbox.create({
    image: plan.image,
    purpose: part === 'tests' ? 'grade' : 'canary',
    memoryMB: limits?.memoryMB ?? 1024,
    cpus: limits?.cpus ?? 1,
    pids: limits?.pids ?? 128,
    tmpfs: [
      { target: workdir, sizeMB: treeMB, owner: runner.writable ? 'shared' : 'root' },
      { target: '/tmp', sizeMB: limits?.tmpMB ?? 256 },
      ...(runner.report ? [{ target: REPORT_FOLDER, sizeMB: 16 }] : []),
    ],
    files: [{ folder: workdir, files }],
  });
  const nonce = randomBytes(16).toString('hex');
  const run = await box.exec({
    command: runner.command(
      tests
        .map(({ path }) => path)
        .filter((path) => runner.runs(path))
        .sort(),
    ),
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
}

function only(report: TestReport, ids: readonly string[]): TestReport {
  return { ...report, tests: new Map([...report.tests].filter(([id]) => ids.includes(id))) };
}

/** Deadlines grow with the work that waits for each processor, up to fourfold: a busy machine is no one's failure. */
function stretch(): number {
  return Math.min(4, Math.max(1, loadavg()[0]! / availableParallelism()));
}

async function reportFiles(box: Box): Promise<readonly FileEntry[]> {
  return await takeReport(box, REPORT_FOLDER, { maxBytes: 16 * MEGABYTE, maxFiles: 500 });
}

/** Why the attempt cannot be laid at all, if it cannot. */
function refuse(plan: GradingPlan): string | undefined {
  const odd = plan.solution.find(({ path }) => !isPlainPath(path));
  if (odd) return `The attempt holds a file outside of the workspace: ${JSON.stringify(odd.path.slice(0, 120))}.`;
  const bytes = accepted(plan).reduce((sum, { content }) => sum + content.byteLength, 0);
  return bytes > MAX_SOLUTION_BYTES
    ? `The attempt is ${Math.ceil(bytes / MEGABYTE)} MB; 16 MB are allowed.`
    : undefined;
}

function accepted({ solution, solutionPaths }: GradingPlan): readonly FileEntry[] {
  return solutionPaths === null ? solution : solution.filter(({ path }) => solutionPaths.includes(path));
}

function layOver(lower: readonly FileEntry[], upper: readonly FileEntry[]): FileEntry[] {
  return [...new Map([...lower, ...upper].map((file) => [file.path, file])).values()];
}

async function twice<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof HuxleyError) || error.code === 'sandbox.image') throw error;
    return await work();
  }
}
