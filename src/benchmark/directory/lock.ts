import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HuxleyError } from '../../model/error.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import { judgeCanary } from '../grading/judge.ts';
import { runOnce } from '../grading/run-tests.ts';
import { type DirectoryTask, EXPECTED_FILE } from './load-task.ts';
import { planOf } from './plan.ts';

/**
 * Runs the reference solution and writes down which tests must run and pass from now on; how many there are.
 * @throws HuxleyError `suite.lock` when a test does not pass, none reports, or the canary does not fail.
 */
export async function lockTask(folder: string, task: DirectoryTask, image: string, sandbox: Sandbox): Promise<number> {
  const refuse = (what: string, remedy: string) =>
    new HuxleyError('suite.lock', `${join(folder, task.id)}: with the reference solution ${what}`, remedy);
  const plan = planOf(task, image, task.solution);
  const { report, run } = await runOnce(plan, 'tests', sandbox);
  const bad = [...report.tests].find(([, outcome]) => outcome !== 'passed');
  if (bad)
    throw refuse(`the test ${bad[0]} is ${bad[1]}`, `Mend the solution or the test.\n${run.stderr.slice(-2_000)}`);
  if (!report.complete || report.tests.size === 0)
    throw refuse('no test reports', `Do the tests have names the runner looks for?\n${run.stderr.slice(-2_000)}`);
  if (plan.canary && judgeCanary((await runOnce(plan, 'canary', sandbox)).report) !== 'failed')
    throw refuse('the canary does not fail', 'Every test in canary/ needs an expectation no right solution meets.');
  const ids = [...report.tests.keys()].sort();
  await writeFile(join(folder, task.id, EXPECTED_FILE), `${ids.join('\n')}\n`);
  return ids.length;
}
