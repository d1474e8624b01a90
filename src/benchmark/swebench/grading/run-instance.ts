import { timed } from '../../../environment/wall-time.ts';
import { bytesOfText } from '../../../model/bytes.ts';
import { HuxleyError } from '../../../model/error.ts';
import type { FileEntry } from '../../../model/file.ts';
import type { Container, Sandbox } from '../../../sandbox/port.ts';
import { takeReport } from '../../grading/take-report.ts';
import { type Instance, workdirOf } from '../instance/instance.ts';
import { BEGUN, isSingle, reportsOf, testsOnly } from '../instance/script.ts';
import { isPytest } from '../parsers/registry.ts';
import { applyAttempt, type Candidate, GIT, shell } from './apply-attempt.ts';
import type { InstanceRun } from './hardened.ts';
import { readJUnit } from './junit.ts';

const MEGABYTE = 1024 * 1024;

/** Packages are installed for the user alone, since the image is read-only, and without a network nothing is asked for twice. */
const ENVIRONMENT = { HOME: '/tmp', PIP_RETRIES: '0', PIP_DEFAULT_TIMEOUT: '3', PIP_DISABLE_PIP_VERSION_CHECK: '1' };

/** A container with the instance's repository as one commit, and the attempt applied to it. */
async function prepare(
  instance: Instance,
  pristine: readonly FileEntry[],
  attempt: Candidate,
  sandbox: Sandbox,
): Promise<{ readonly container: Container; readonly putBack: readonly string[] }> {
  const workdir = workdirOf(instance);
  const bytes = pristine.reduce((sum, { content }) => sum + content.byteLength, 0);
  const treeMB = Math.max(128, Math.ceil((4 * bytes) / MEGABYTE));
  const container = await sandbox.create({
    image: instance.image,
    purpose: 'grade',
    ...(instance.published && { mounts: [{ source: '/dev/null', target: instance.published.fix }] }),
    tmpfs: [
      { target: workdir, sizeMB: treeMB },
      { target: '/tmp', sizeMB: 512 },
      { target: '/report', sizeMB: 32 },
    ],
    memoryMB: 4096 + treeMB,
    cpus: 1,
    pids: 512,
  });
  try {
    await container.copyIn(workdir, pristine);
    const commit = `${GIT} init -q && ${GIT} add -A -f && ${GIT} commit -q -m base`;
    const made = await shell({ container, workdir }, commit);
    if (made.exitCode !== 0)
      throw new HuxleyError('suite.image', `${instance.image}: ${made.stderr.slice(-300)}`, 'The image needs git.');
    const putBack = await applyAttempt({ container, workdir }, instance, pristine, attempt);
    return { container, putBack };
  } catch (error) {
    await container[Symbol.asyncDispose]();
    throw error;
  }
}

/** Runs the instance's tests on an attempt. Throws HuxleyError `suite.patch` for an attempt that cannot be applied. */
export async function runInstance(
  instance: Instance,
  pristine: readonly FileEntry[],
  attempt: Candidate,
  seconds: number,
  sandbox: Sandbox,
  signal?: AbortSignal,
): Promise<InstanceRun> {
  const { container, putBack } = await prepare(instance, pristine, attempt, sandbox);
  await using _ = container;
  const reports = !instance.program && isPytest(instance.logParser) ? reportsOf(instance.evalScript) : 'impossible';
  await container.copyIn('/tmp', [
    text('eval.sh', testsOnly(instance.evalScript, reports !== 'impossible', instance.apart)),
    ...(/setup\.py install/.test(instance.evalScript) ? [text('.pydistutils.cfg', '[install]\nuser=1\n')] : []),
  ]);
  const exec = {
    command: ['bash', '/tmp/eval.sh'],
    cwd: workdirOf(instance),
    env: ENVIRONMENT,
    timeoutSeconds: seconds,
    maxOutputBytes: 16 * MEGABYTE,
    ...(signal ? { signal } : {}),
  };
  const run = await timed('tests', () => container.exec(exec));
  if (!run.stdout.startsWith(`${BEGUN}\n`))
    throw new HuxleyError(
      'suite.script',
      `${instance.id}: the test script ended (${run.exitCode ?? 'killed'}) before anything of the attempt was loaded: ${run.stderr.slice(-300)}`,
      'Look at the engine and at the image: it needs bash.',
    );
  const left =
    reports === 'impossible'
      ? []
      : await takeReport(container, '/report', { maxBytes: 32 * MEGABYTE, maxFiles: 1_000 });
  const printed = run.stdout.slice(BEGUN.length + 1);
  return {
    output: instance.apart && instance.program?.kind !== 'pro' ? `${printed}${run.stderr}` : printed,
    ...(instance.program?.kind === 'pro' && { errors: run.stderr }),
    exitCode: run.exitCode,
    timedOut: run.timedOut,
    // What a program of the dataset starts may end as it likes.
    single: !instance.program && isSingle(instance.evalScript),
    junit: reports === 'impossible' ? null : readReports(left),
    partial: reports === 'partial',
    putBack,
  };
}

/** pytest's reports, in the order of its runs; one that was never finished leaves the others. */
function readReports(files: readonly FileEntry[]): InstanceRun['junit'] {
  const found = files.flatMap(({ path, content }) => {
    const number = /^junit-\d+-(\d+)\.xml$/.exec(path)?.[1];
    const statuses = number === undefined ? undefined : readJUnit(Buffer.from(content).toString());
    return statuses ? [{ number: Number(number), statuses }] : [];
  });
  return found.length === 0 ? undefined : found.sort((a, b) => a.number - b.number).map(({ statuses }) => statuses);
}

function text(path: string, content: string): FileEntry {
  return { path, content: bytesOfText(content), executable: false };
}
