import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../files/replace-file.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import { loadFactor, runOnce } from '../grading/run-tests.ts';
import type { Exercise } from './exercise.ts';
import { type Lock, lockSchema } from './lock-schema.ts';
import { mutated, PLACES } from './mutate.ts';
import { planOf } from './plan.ts';

/** The lock of an exercise, from the cache or from running its example in the sandbox. */
export async function lockOf(exercise: Exercise, image: string, cache: string, sandbox: Sandbox): Promise<Lock> {
  const path = join(cache, `${keyOf(exercise, image)}.json`);
  const known = await readFile(path, 'utf8').catch(() => undefined);
  if (known !== undefined) return lockSchema.parse(JSON.parse(known));
  const { lock, final } = await makeLock(exercise, image, sandbox);
  if (!final) return lock;
  await replaceFile(path, JSON.stringify(lock));
  return lock;
}

/** `final` unless a run did not end in time, or a test failed on a busy machine: that may say more about the machine than about the exercise. */
async function makeLock(
  exercise: Exercise,
  image: string,
  sandbox: Sandbox,
): Promise<{ readonly lock: Lock; readonly final: boolean }> {
  const salt = randomBytes(16).toString('hex');
  const none: Lock = { expected: [], problem: null, mustFail: [], mutation: { where: 'assertions', salt } };
  const { mustFail: _, ...plan } = planOf(exercise, image, exercise.solution, none);
  const { report, run } = await runOnce(plan, 'tests', sandbox);
  const bad = [...report.tests].find(([, outcome]) => outcome !== 'passed');
  const broken = (problem: string, final = true) => ({ lock: { ...none, problem }, final });
  if (run.timedOut) return broken('The published example does not end in time.', false);
  if (bad) return broken(`The published example does not pass ${bad[0]}.`, loadFactor() === 1);
  if (/testing: warning: no tests to run/.test(run.stderr)) return broken('Its test files hold no test.');
  if (!report.complete || report.tests.size === 0)
    return broken(`The published example cannot be built or run: ${reason(run.stderr)}`);
  const expected = [...report.tests.keys()].sort();
  for (const where of PLACES) {
    const mutation = { where, salt };
    const canary = mutated(exercise, mutation);
    const falsified = await runOnce({ ...plan, canary }, 'canary', sandbox);
    const mustFail = [...falsified.report.tests].filter(([, outcome]) => outcome === 'failed').map(([id]) => id);
    if (falsified.run.timedOut) return broken('Its tests with false expectations do not end in time.', false);
    if (mustFail.length > 0)
      return { lock: { expected, problem: null, mustFail: mustFail.sort(), mutation }, final: true };
  }
  return { lock: { ...none, expected }, final: true };
}

/** The line of a tool's output that most likely says what is wrong. */
function reason(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (
    lines.find((line) => /error|no matching package|cannot find/i.test(line)) ??
    lines.at(-1) ??
    'no output'
  ).slice(0, 300);
}

function keyOf(exercise: Exercise, image: string): string {
  const hash = createHash('sha256').update(`huxley polyglot lock 4\0${image}\0${exercise.id}`);
  const canaries = PLACES.flatMap((where) => mutated(exercise, { where, salt: '' }));
  for (const { path, content } of [...exercise.workspace, ...exercise.tests, ...exercise.solution, ...canaries])
    hash.update(`\0${path}\0${content.byteLength}\0`).update(content);
  return hash.digest('hex').slice(0, 24);
}
