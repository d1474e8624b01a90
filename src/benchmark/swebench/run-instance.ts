import { bytesOfText } from '../../model/bytes.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import { changedPaths } from '../../model/git-patch.ts';
import type { Box, Sandbox } from '../../sandbox/port.ts';
import { takeReport } from '../grading/take-report.ts';
import type { InstanceRun } from './hardened.ts';
import { readJUnit } from './junit.ts';
import { isPytest } from './parsers/registry.ts';
import { checkPatch, without } from './patch.ts';
import { TESTBED } from './pristine.ts';
import type { Instance } from './row.ts';
import { isSingle, testsOnly } from './script.ts';

/** What is graded: changed files, or a patch. */
export type Attempt = { readonly files: readonly FileEntry[] } | { readonly patch: string };

/** Tried in this order, from a pristine tree each time, as the official harness does. */
const PATCH_CHAIN = [
  'git apply --verbose',
  'git apply --verbose --3way',
  'git apply --verbose --reject',
  'patch --batch --forward --fuzz=5 -p1 -i',
];
const GIT = 'git -c core.hooksPath=/dev/null -c user.name=huxley -c user.email=huxley@localhost';
const MEGABYTE = 1024 * 1024;

/** Paths an attempt cannot change: what the tests patch brings, and pytest's hooks unless the reference fix touches them. */
function isProtected(instance: Instance, path: string): boolean {
  if (changedPaths(instance.testPatch).includes(path) || path.split('/').includes('.git')) return true;
  return /(^|\/)conftest\.py$/.test(path) && !changedPaths(instance.gold).includes(path);
}

/** A container with the instance's repository as one commit, and the attempt laid over it. */
async function prepare(
  instance: Instance,
  pristine: readonly FileEntry[],
  attempt: Attempt,
  sandbox: Sandbox,
): Promise<Box> {
  if ('patch' in attempt) checkPatch(attempt.patch);
  const bytes = pristine.reduce((sum, { content }) => sum + content.byteLength, 0);
  const treeMB = Math.max(128, Math.ceil((4 * bytes) / MEGABYTE));
  const box = await sandbox.create({
    image: instance.image,
    purpose: 'grade',
    tmpfs: [
      { target: TESTBED, sizeMB: treeMB },
      { target: '/tmp', sizeMB: 512 },
      { target: '/report', sizeMB: 32 },
    ],
    memoryMB: 4096 + treeMB,
    cpus: 1,
    pids: 512,
  });
  try {
    await box.put(TESTBED, pristine);
    const commit = `${GIT} init -q && ${GIT} add -A -f && ${GIT} commit -q -m base`;
    const made = await shell(box, commit);
    if (made.exitCode !== 0)
      throw new HuxleyError('suite.image', `${instance.image}: ${made.stderr.slice(-300)}`, 'The image needs git.');
    if ('files' in attempt)
      await box.put(
        TESTBED,
        attempt.files.filter(({ path }) => !isProtected(instance, path)),
      );
    else {
      const kept = (path: string) => isProtected(instance, path);
      await applyPatch(box, without(attempt.patch, kept));
      await restore(box, kept);
    }
    return box;
  } catch (error) {
    await box[Symbol.asyncDispose]();
    throw error;
  }
}

/** Runs the instance's tests on an attempt. Throws HuxleyError `suite.patch` for an attempt that cannot be laid. */
export async function runInstance(
  instance: Instance,
  pristine: readonly FileEntry[],
  attempt: Attempt,
  seconds: number,
  sandbox: Sandbox,
  signal?: AbortSignal,
): Promise<InstanceRun> {
  await using box = await prepare(instance, pristine, attempt, sandbox);
  const pytest = isPytest(instance.logParser);
  await box.put('/tmp', [text('eval.sh', testsOnly(instance.evalScript))]);
  const run = await box.exec({
    command: ['bash', '/tmp/eval.sh'],
    cwd: TESTBED,
    env: { HOME: '/tmp', ...(pytest ? { PYTEST_ADDOPTS: '--junitxml=/report/junit.xml' } : {}) },
    timeoutSeconds: seconds,
    maxOutputBytes: 16 * MEGABYTE,
    ...(signal ? { signal } : {}),
  });
  const left = pytest ? await takeReport(box, '/report', { maxBytes: 32 * MEGABYTE, maxFiles: 10 }) : [];
  const xml = left.find(({ path }) => path === 'junit.xml');
  const junit = pytest ? xml && readJUnit(Buffer.from(xml.content).toString()) : null;
  return {
    output: run.stdout,
    exitCode: run.exitCode,
    timedOut: run.timedOut,
    single: isSingle(instance.evalScript),
    junit,
  };
}

async function applyPatch(box: Box, patch: string): Promise<void> {
  if (patch.trim() === '') return;
  await box.put('/tmp', [text('patch.diff', patch)]);
  for (const command of PATCH_CHAIN) {
    if ((await shell(box, `${command.replace(/^git/, GIT)} /tmp/patch.diff`)).exitCode === 0) return;
    await shell(box, `${GIT} checkout -q -- . ; ${GIT} clean -qfd`);
  }
  throw new HuxleyError('suite.patch', 'The patch does not apply', 'Make it against the base commit of the task.');
}

/** Puts back what a patch changed of protected paths all the same: tools read names in patches in more ways than one. */
async function restore(box: Box, kept: (path: string) => boolean): Promise<void> {
  for (const [list, undo] of [
    [`${GIT} diff --no-renames --name-only -z HEAD`, `xargs -0 -r ${GIT} checkout -q HEAD --`],
    [`${GIT} ls-files -o -z`, 'xargs -0 -r rm -f --'],
  ] as const) {
    const { stdout, exitCode, truncated } = await shell(box, list);
    const paths = stdout.split('\0').filter((path) => path !== '' && kept(path));
    const undone = await shell(box, undo, paths.map((path) => `${path}\0`).join(''));
    if (exitCode !== 0 || truncated || undone.exitCode !== 0)
      throw new HuxleyError(
        'suite.patch',
        'What the patch changed of protected files cannot be undone',
        'Hand in a smaller patch that leaves tests and conftest.py alone.',
      );
  }
}

function shell(box: Box, command: string, stdin = '') {
  return box.exec({
    command: ['bash', '-c', command],
    cwd: TESTBED,
    env: { HOME: '/tmp' },
    stdin,
    timeoutSeconds: 300,
    maxOutputBytes: MEGABYTE,
  });
}

function text(path: string, content: string): FileEntry {
  return { path, content: bytesOfText(content), executable: false };
}
