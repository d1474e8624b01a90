import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HuxleyError } from '../../model/error.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import type { GradingPlan } from '../grading/plan.ts';
import { runOnce } from '../grading/run-tests.ts';
import { candidates, falsified, type Sites } from './falsify.ts';
import { type DirectoryTask, EXPECTED_FILE, SITES_FILE } from './load-task.ts';
import { inTests, needsCanary, planOf } from './plan.ts';

/** How many ways of making a line false are tried before it counts as one that no right solution meets. */
const WAYS = 3;

/** Where to look when no test reports. */
const LOOK = {
  ours: 'Do the tests have names the runner looks for?',
  command: 'Does the command write a whole report, in the format and at the place that `results` names?',
  score: 'Does the command end with exit code 0, with a number in the file that HUXLEY_REPORT names?',
};

type Refuse = (what: string, remedy: string) => HuxleyError;

/**
 * Runs the reference solution and writes down which tests must run and pass from now on, and where they can be made false; how
 * many there are.
 * @throws HuxleyError `suite.lock` when a test does not pass, none reports, or one cannot be made to fail.
 */
export async function lockTask(folder: string, task: DirectoryTask, image: string, sandbox: Sandbox): Promise<number> {
  const refuse: Refuse = (what, remedy) =>
    new HuxleyError('suite.lock', `${join(folder, task.id)}: with the reference solution ${what}`, remedy);
  const plan = planOf(task, image, task.solution);
  const { report, run } = await runOnce(plan, 'tests', sandbox);
  const bad = [...report.tests].find(([, outcome]) => outcome !== 'passed');
  const apart = task.file.isolate
    ? ' If the test needs the solution in its own process, set `isolate: false` in task.yml.'
    : '';
  if (bad)
    throw refuse(
      `the test ${bad[0]} is ${bad[1]}`,
      `Fix the solution or the test; a test that is reported twice counts as failed.${apart}\n${run.stderr.slice(-2_000)}`,
    );
  if (!report.complete || report.tests.size === 0)
    throw refuse(
      'no test reports',
      `${LOOK[task.file.runner === 'command' || task.file.runner === 'score' ? task.file.runner : 'ours']}\n${run.stderr.slice(-2_000)}`,
    );
  const ids = [...report.tests.keys()].sort();
  const sites = needsCanary(task) ? await lockCanary({ ...plan, expected: ids }, task, sandbox, refuse) : null;
  await writeFile(join(folder, task.id, EXPECTED_FILE), `${ids.join('\n')}\n`);
  if (sites === null) await rm(join(folder, task.id, SITES_FILE), { force: true });
  else await writeFile(join(folder, task.id, SITES_FILE), `${JSON.stringify(sites)}\n`);
  return ids.length;
}

async function lockCanary(plan: GradingPlan, task: DirectoryTask, sandbox: Sandbox, refuse: Refuse) {
  if (task.canary.length === 0) return await findSites(plan, task, sandbox, refuse);
  const { report } = await runOnce(plan, 'canary', sandbox);
  const remedy =
    'Copy every test into canary/ and give each an expectation that no correct solution meets, or remove canary/.';
  const other = [...report.tests.keys()].find((id) => !plan.expected.includes(id));
  if (other) throw refuse(`canary/ has a test ${other}, which tests/ does not have`, remedy);
  for (const id of plan.expected) {
    const outcome = report.tests.get(id);
    if (outcome !== 'failed')
      throw refuse(`the test ${id} of canary/ ${outcome ? `is ${outcome}` : 'does not run'}`, remedy);
  }
  return null;
}

/** Which lines, made false one in each test at a time and in several ways, fail their test and no other. */
async function findSites(plan: GradingPlan, task: DirectoryTask, sandbox: Sandbox, refuse: Refuse): Promise<Sites> {
  const open = candidates(task.file.runner, plan.tests, plan.expected);
  const most = Math.max(0, ...Object.values(open).map((places) => places.length));
  const sites: Record<string, Sites[string]> = {};
  for (let turn = 0; turn < most; turn++) {
    const round: Record<string, Sites[string]> = {};
    for (const [id, places] of Object.entries(open)) if (turn < places.length) round[id] = places.slice(turn, turn + 1);
    let failing = Object.keys(round);
    for (let way = 0; way < WAYS && failing.length > 0; way++) {
      const canary = falsified(inTests(task.tests), round, task.file.runner);
      const { report } = await runOnce({ ...plan, canary }, 'canary', sandbox);
      const same = report.complete && report.tests.size === plan.expected.length;
      failing = failing.filter((id) => same && report.tests.get(id) === 'failed');
    }
    for (const id of failing) sites[id] = [...(sites[id] ?? []), ...round[id]!];
  }
  const whole = plan.expected.find((id) => sites[id] === undefined);
  if (whole)
    throw refuse(
      `the test ${whole} cannot be made to fail by changing a literal`,
      'Compare with a literal at the end of a line, or write copies of all tests that fail into canary/.',
    );
  return sites;
}
