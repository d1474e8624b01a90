import { randomBytes, randomInt } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { timed } from '../../environment/wall-time.ts';
import { commandLine } from '../../model/command-line.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { Container, ExecResult, Sandbox } from '../../sandbox/port.ts';
import { ContainerPool, REPORT_FOLDER } from './container-pool.ts';
import { type Part, testsOf } from './overlay.ts';
import type { GradingPlan, TestReport } from './plan.ts';
import { takeReport } from './take-report.ts';

const MAX_OUTPUT_BYTES = 1024 * 1024;
const MEGABYTE = 1024 * 1024;
/** How often a run is tried before its trouble is believed. */
export const TRIES = 3;

export interface TestRun {
  readonly report: TestReport;
  readonly run: ExecResult;
}

/** Runs a plan's tests, or its canary, once, in a container of its own: what expected ids are locked from. */
export async function runOnce(plan: GradingPlan, part: Part, sandbox: Sandbox, signal?: AbortSignal): Promise<TestRun> {
  await using pool = new ContainerPool(plan, sandbox);
  return await insist(() => runTests(plan, part, pool, signal), signal);
}

/** Trouble with the engine, or with a runner that never came to load the attempt, is tried again. */
export async function insist<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof HuxleyError) || error.code === 'sandbox.image' || left === 0) throw error;
      // An engine that died takes a moment to be back.
      if (error.code.startsWith('sandbox.'))
        await sleep((TRIES - left) ** 2 * 500, undefined, signal ? { signal } : {});
    }
  }
}

/**
 * Runs a plan's tests, or its canary, in one of a grading's containers.
 * @throws HuxleyError `grading.runner` when the runner ended before it loaded anything of the attempt.
 */
export async function runTests(
  plan: GradingPlan,
  part: Part,
  pool: ContainerPool,
  signal: AbortSignal | undefined,
): Promise<TestRun> {
  const { runner, workdir } = plan;
  const container = await pool.acquire(part);
  try {
    const nonce = randomBytes(16).toString('hex');
    const tests = testsOf(plan, part)
      .map(({ path }) => path)
      .filter((path) => runner.runs(path));
    const exec = {
      command: runner.command(tests.sort()),
      cwd: workdir,
      env: {
        TMPDIR: '/tmp',
        ...runner.env,
        ...(runner.apart ? { HUXLEY_WORKER: String(randomUser()) } : {}),
        ...(runner.report ? { HUXLEY_REPORT: `${REPORT_FOLDER}/${nonce}` } : {}),
      },
      ...(runner.apart ? { user: 'root' as const } : {}),
      stdin: `${nonce}\n`,
      timeoutSeconds: plan.seconds * LOAD_AT_START,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      ...(signal ? { signal } : {}),
    };
    const run = await timed('tests', () => container.exec(exec));
    const left = runner.report && run.exitCode !== null ? await reportFiles(container) : [];
    const report = runner.read({ ...run, nonce, files: left });
    if (!report.began) throw neverBegan(run);
    return { run, report: part === 'canary' && plan.mustFail ? only(report, plan.mustFail) : report };
  } finally {
    pool.release(container);
  }
}

/** A user of this run alone: what the kernel counts for each user then says nothing of other containers. */
function randomUser(): number {
  return 200_000 + randomInt(1_000_000_000);
}

function neverBegan({ exitCode, timedOut, stderr }: ExecResult): HuxleyError {
  const how = timedOut ? 'in time' : `(exit code ${exitCode})`;
  const said = stderr
    .trim()
    .split('\n')
    .at(-1)!
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 200);
  return new HuxleyError(
    'grading.runner',
    `The test runner did not get to load the code under test ${how}${said === '' ? '' : `: ${said}`}`,
    `Try again; if it persists, rebuild the images with ${commandLine('setup')}.`,
  );
}

function only(report: TestReport, ids: readonly string[]): TestReport {
  return { ...report, tests: new Map([...report.tests].filter(([id]) => ids.includes(id))) };
}

/** Deadlines grow with the work that waits for each processor, up to fourfold: a busy machine is no one's failure. */
export function loadFactor(): number {
  return Math.min(4, Math.max(1, loadavg()[0]! / availableParallelism()));
}

/** As it was before this process ran any attempt: an attempt that raises the load must not give itself more time. */
const LOAD_AT_START = loadFactor();

async function reportFiles(container: Container): Promise<readonly FileEntry[]> {
  return await takeReport(container, REPORT_FOLDER, { maxBytes: 16 * MEGABYTE, maxFiles: 500 });
}
