import { HuxleyError } from '../../../model/error.ts';
import { evenly } from '../../../model/limits/evenly.ts';
import type { Sandbox } from '../../../sandbox/port.ts';
import { candidates, falsified, type Sites } from '../../directory/falsify.ts';
import type { DirectoryTask } from '../../directory/load-task.ts';
import { planOf } from '../../directory/plan.ts';
import { rehearsalFileSchema, taskFileSchema } from '../../directory/schema.ts';
import type { GradingPlan } from '../../grading/plan.ts';
import { runOnce } from '../../grading/run-tests.ts';
import { lastLiteral } from '../../polyglot/mutate.ts';
import { type Drop, drop, isDrop } from '../drop.ts';
import { judgeRuns, type Run, type Sets } from '../tests/verdict.ts';
import type { MinedTask } from './folder.ts';

/** Tests that are looked at for a canary, places of each, and ways to make a place false. */
const MOST_TESTS = 8;
const MOST_PLACES = 10;
const WAYS = 2;

export interface Trial {
  readonly sandbox: Sandbox;
  /** The sandbox image, for tasks without one of their own. */
  readonly image: string;
  readonly signal: AbortSignal;
}

/**
 * Runs a candidate's tests without the fix and with it, each `repeat` times, as they are graded: in containers of their own, without a
 * network.
 */
export async function tryTests(
  task: MinedTask,
  repeat: number,
  trial: Trial,
): Promise<(Sets & { readonly seconds: number }) | Drop> {
  try {
    return await repeatTests(task, repeat, trial);
  } catch (error) {
    // Its files cannot be laid into a container: that is no trouble of the engine's.
    if (error instanceof HuxleyError && error.code === 'sandbox.put') return drop('irregular', error.message);
    throw error;
  }
}

async function repeatTests(task: MinedTask, repeat: number, trial: Trial): ReturnType<typeof tryTests> {
  const [before, after]: [Run[], Run[]] = [[], []];
  let longest = 0;
  for (let turn = 0; turn < repeat; turn++) {
    const runs = [runOf(task, [], trial), runOf(task, task.solution, trial)];
    const [without, fixed] = await Promise.all(runs);
    before.push(without!);
    after.push(fixed!);
    longest = Math.max(longest, fixed!.seconds);
    // Waiting for the same again would tell nothing more; any other outcome may differ from run to run.
    if (fixed!.timedOut) break;
  }
  const sets = judgeRuns(before, after);
  return isDrop(sets) ? sets : { ...sets, seconds: longest };
}

async function runOf(
  task: MinedTask,
  solution: MinedTask['solution'],
  trial: Trial,
): Promise<Run & { seconds: number }> {
  const { report, run } = await runOnce(planFor(task, solution, trial), 'tests', trial.sandbox, trial.signal);
  const output = `${run.stdout}\n${run.stderr}`;
  const died = run.exitCode === null && !run.timedOut ? '\nkilled: it printed too much, or took too much memory' : '';
  return {
    tests: report.tests,
    complete: report.complete,
    timedOut: run.timedOut,
    output: output + died,
    seconds: run.seconds,
  };
}

function planFor(task: MinedTask, solution: MinedTask['solution'], { image }: Trial): GradingPlan {
  return planOf(directoryTask(task), image, solution);
}

function directoryTask({ file, workspace, tests, solution }: MinedTask): DirectoryTask {
  return {
    id: 'mined',
    file: taskFileSchema.parse(file),
    rehearsal: rehearsalFileSchema.parse({}),
    instruction: '',
    ...{ workspace, tests, solution, canary: [], draft: [], expected: [], sites: null },
  };
}

/**
 * Where some of the tests can be made false, so that a report which nothing stands behind is noticed: of those that are to be fixed, and
 * of those that are to be kept, as a report might be true for the former alone. Not of every test, as a suite that was written for it
 * has them.
 */
export async function findSites(
  task: MinedTask,
  { failToPass, passToPass }: Sets,
  trial: Trial,
): Promise<Sites | Drop> {
  const plan = planFor(task, task.solution, trial);
  const all = [...failToPass, ...passToPass];
  /** Of these tests those that fail where they are made false, in each of several ways. */
  const failing = async (round: Sites): Promise<readonly string[]> => {
    let ids = Object.keys(round);
    for (let way = 0; way < WAYS && ids.length > 0; way++) {
      const canary = falsified(plan.tests, round, 'command');
      const { report } = await runOnce({ ...plan, canary }, 'canary', trial.sandbox, trial.signal);
      const whole = report.complete && all.every((id) => report.tests.has(id));
      ids = ids.filter((id) => whole && report.tests.get(id) === 'failed');
    }
    return ids;
  };
  const sitesOf = async (ids: readonly string[]): Promise<Sites> => {
    const open = placesOf(plan, ids).slice(0, MOST_TESTS);
    const sites: Record<string, Sites[string]> = {};
    for (let turn = 0; turn < MOST_PLACES && Object.keys(sites).length < open.length; turn++) {
      const round: Record<string, Sites[string]> = {};
      for (const [id, places] of open) if (sites[id] === undefined && turn < places.length) round[id] = [places[turn]!];
      for (const id of await failing(round)) sites[id] = round[id]!;
    }
    return sites;
  };
  const fixed = await sitesOf(failToPass);
  if (Object.keys(fixed).length === 0) return drop('no-canary', failToPass[0]);
  const sites = { ...fixed, ...(await sitesOf(evenly(passToPass, 4 * MOST_TESTS))) };
  // One that is false may take another with it.
  return (await failing(sites)).length === Object.keys(sites).length ? sites : fixed;
}

/** Places by test, those first that are no message of an assertion: what a message says, no test depends on. */
function placesOf({ tests }: GradingPlan, ids: readonly string[]): readonly (readonly [id: string, Sites[string]])[] {
  const lines = new Map(tests.map(({ path, content }) => [path, Buffer.from(content).toString().split('\n')]));
  const isMessage = ([path, line, before]: Sites[string][number]) =>
    /^.\S+ \S+ /.test(lastLiteral(lines.get(path)![line]!, before) ?? '');
  // AVA joins names by another sign.
  const names = new Map(ids.map((id) => [id.replaceAll(' › ', ' > '), id]));
  return Object.entries(candidates('command', tests, [...names.keys()])).map(([name, places]) => [
    names.get(name)!,
    places.toSorted((a, b) => Number(isMessage(a)) - Number(isMessage(b))),
  ]);
}
