import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../files/replace-file.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import { loadFactor, runOnce } from '../grading/run-tests.ts';
import type { Exercise } from './exercise.ts';
import { type Lock, lockSchema } from './lock-schema.ts';
import { mutated, PLACES } from './mutate.ts';
import { planOf } from './plan.ts';

/** Mutations by as many secrets must fail the same tests before a place counts. */
const DRAWS = 2;

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
  const none: Lock = { expected: [], problem: null, mustFail: [], where: 'assertions' };
  const { mustFail: _, ...plan } = planOf(exercise, image, exercise.solution, none);
  const { report, run } = await runOnce(plan, 'tests', sandbox);
  const bad = [...report.tests].find(([, outcome]) => outcome !== 'passed');
  const broken = (problem: string, final = true) => ({ lock: { ...none, problem }, final });
  if (run.timedOut) return broken('The published example does not end in time.', false);
  if (bad) return broken(`The published example does not pass ${bad[0]}.`, loadFactor() === 1);
  if (/testing: warning: no tests to run/.test(run.stderr)) return broken('Its test files contain no tests.');
  if (!report.complete || report.tests.size === 0)
    return broken(`The published example cannot be built or run: ${reason(run.stderr)}`);
  const expected = [...report.tests.keys()].sort();
  for (const where of PLACES) {
    let mustFail = expected;
    for (let draw = 0; draw < DRAWS && mustFail.length > 0; draw++) {
      const canary = planOf(exercise, image, exercise.solution, { ...none, where }).canary;
      const falsified = await runOnce({ ...plan, canary }, 'canary', sandbox);
      if (falsified.run.timedOut) return broken('Its tests with false expectations do not end in time.', false);
      const { tests, complete } = falsified.report;
      // By other tests, or fewer, the code under test could tell which it has been given.
      const same = complete && tests.size === expected.length && expected.every((id) => tests.has(id));
      mustFail = same ? mustFail.filter((id) => tests.get(id) === 'failed') : [];
    }
    if (mustFail.length > 0) return { lock: { expected, problem: null, mustFail, where }, final: true };
  }
  return broken('Its tests cannot be made false and stay the same tests, so forged results could not be detected.');
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
  const hash = createHash('sha256').update(`huxley polyglot lock 5\0${image}\0${exercise.id}`);
  const canaries = PLACES.flatMap((where) => mutated(exercise, { where, salt: '' }));
  for (const { path, content } of [...exercise.workspace, ...exercise.tests, ...exercise.solution, ...canaries])
    hash.update(`\0${path}\0${content.byteLength}\0`).update(content);
  return hash.digest('hex').slice(0, 24);
}
