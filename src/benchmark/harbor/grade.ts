import { outOfReach } from '../../egress/reach.ts';
import { HuxleyError, sentence } from '../../model/error.ts';
import type { NetworkHosts } from '../../model/network/hosts.ts';
import type { SystemChanges } from '../../model/system/change.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import type { Grade, SystemNeeds } from '../suite.ts';
import { callsFinder, commandsIn } from './answer/commands.ts';
import { inspect, shown, some } from './answer/inspect.ts';
import { combineRewards, gradeOfReward, isEnough, numberOf, type Rewards, readReward } from './answer/reward.ts';
import type { HarborStep, HarborTask } from './format/load-task.ts';
import { hostsOf } from './network.ts';
import { verify } from './run.ts';

/** Steps whose grades are told one by one: the last. */
const MOST_TOLD = 6;
const NONE = { passed: 0, expected: 1, failed: [], rewards: {} };

export interface Verifier {
  /** Folders in which the image looks for commands. */
  readonly path: readonly string[];
  /** Who the tests run as, where a step does not say. */
  readonly user: string;
}

/** What grades a task's steps, besides what became of the file system. */
export interface Grading {
  readonly task: HarborTask;
  readonly needs: SystemNeeds;
  readonly verifier: Verifier;
  /** What the reference solution licenses after a step (`licenceOf`), by its number; asked for where it would make a difference. */
  readonly licence: (step: number) => Promise<ReadonlySet<string>>;
  /** What the verifiers of tasks may reach. */
  readonly network: NetworkHosts;
  readonly sandbox: Sandbox;
  readonly signal?: AbortSignal | undefined;
}

/** Of one step. */
export type StepGrade = Omit<Grade, 'seconds' | 'canary'> & {
  /** What its verifier gave; empty where that does not count. */
  readonly rewards: Rewards;
};

/**
 * Grades what a file system became in one step. What sets a user's id refuses it; a difference in what the verifier runs or loads is
 * `tampered`, and nothing of it is run then.
 */
export async function gradeStep(grading: Grading, at: number, changes: SystemChanges): Promise<StepGrade> {
  const { task, needs, verifier, licence, network: allowed, sandbox, signal } = grading;
  const step = task.steps[at]!;
  try {
    const { tests } = step;
    const calls = { called: commandsIn(tests), named: commandsIn(tests, true), finds: callsFinder(tests) };
    const places = { path: verifier.path, workdir: needs.workdir, ...calls };
    const look = (licensed: ReadonlySet<string>) => inspect(changes, places, licensed);
    let seen = look(new Set());
    if (seen.suspect.length + seen.putBack.length > 0) seen = look(await orAborted(() => licence(at), signal));
    const { laid, privileged, suspect, putBack } = seen;
    if (suspect.length > 0)
      return {
        ...NONE,
        verdict: 'tampered',
        evidence: `Changed what the verifier runs or loads: ${some(suspect)}.`,
      };
    if (privileged.length > 0)
      return {
        ...NONE,
        verdict: 'invalid',
        evidence: `Programs that set the id of who runs them: ${some(privileged)}.`,
      };
    const user = step.verifier.user ?? verifier.user;
    const hosts = hostsOf(task.file, 'verifier', at, allowed);
    // Asked before anything of the answer's runs, and whatever it is worth.
    const down = await outOfReach(hosts);
    if (down !== null)
      return {
        ...NONE,
        verdict: 'infrastructure',
        evidence: `This machine cannot reach ${down}, which the verifier may, so it was not run.`,
      };
    const verified = await verify(task, step, { ...needs, user }, laid, hosts, sandbox, signal);
    const { run, files, network, unreachable } = verified;
    const left = putBack.length === 0 ? '' : ` Left as the image has them: ${some(putBack.map(shown))}.`;
    const notes = `${left}${network && ` The verifier's network: ${network}`}`;
    const reward = readReward(files);
    const graded = gradeOfReward(reward, run.exitCode);
    if (graded.verdict !== 'resolved' && unreachable !== null)
      return {
        ...NONE,
        verdict: 'infrastructure',
        evidence: `The verifier could not reach ${unreachable}, and neither can this machine.${notes}`,
      };
    if (run.timedOut)
      return {
        ...NONE,
        verdict: 'timeout',
        evidence: `The verifier did not end within ${step.verifier.timeout_sec} s.${notes}`,
      };
    const counts = graded.verdict === 'resolved' || graded.score !== undefined;
    return { ...graded, rewards: counts ? reward.rewards : {}, evidence: `${graded.evidence}${notes}` };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof HuxleyError)) throw error;
    const verdict = error.code === 'sandbox.take' ? 'invalid' : 'infrastructure';
    return { ...NONE, verdict, evidence: sentence(error.message) };
  }
}

/** Whether a step came to what the next one waits for. */
export function isPassed({ minReward }: HarborStep, { verdict, rewards }: StepGrade): boolean {
  return (verdict === 'resolved' || verdict === 'unresolved') && isEnough(rewards, minReward);
}

/**
 * Grades what a file system became, after each step of a task that was done.
 * @param known a step's grade, where it was graded before
 */
export async function gradeSystem(
  grading: Grading,
  changes: SystemChanges,
  known: (step: SystemChanges) => Promise<StepGrade> | undefined = () => undefined,
): Promise<Grade> {
  const started = performance.now();
  const { steps, file } = grading.task;
  const grades: StepGrade[] = [];
  for (const [at, done] of [...(changes.earlier ?? []), changes].entries()) {
    grades.push(await (known(done) ?? gradeStep(grading, at, done)));
    if (!isPassed(steps[at]!, grades.at(-1)!)) break;
  }
  const { rewards: _, ...grade } = steps.length === 1 ? grades[0]! : combined(steps, grades, file);
  return { ...grade, canary: 'none', seconds: (performance.now() - started) / 1000 };
}

function combined(
  steps: readonly HarborStep[],
  grades: readonly StepGrade[],
  { multi_step_reward_strategy: strategy = 'mean' }: HarborTask['file'],
): StepGrade {
  const last = grades.at(-1)!;
  const said = grades
    .map(({ evidence }, at) => `Step ${at + 1} of ${steps.length} (${steps[at]!.name}): ${evidence.slice(0, 500)}`)
    .slice(-MOST_TOLD);
  const base = {
    passed: grades.reduce((sum, { passed }) => sum + passed, 0),
    expected: grades.reduce((sum, { expected }) => sum + expected, 0) + steps.length - grades.length,
    failed: grades.flatMap(({ failed }, at) => failed.map((name) => `${steps[at]!.name}: ${name}`)).slice(0, 20),
    rewards: {},
  };
  if (last.verdict !== 'resolved' && last.verdict !== 'unresolved')
    return { ...base, verdict: last.verdict, evidence: said.join(' ') };
  const isWhole = grades.length === steps.length;
  const isStopped = !isPassed(steps[grades.length - 1]!, last);
  if (!isWhole)
    said.push(
      isStopped
        ? 'It had to be higher for the next step to begin.'
        : 'The next step was not done, so it counts as 0, like those after it.',
    );
  // Harbor leaves out what was not done; here it must not pay to keep a step from being done.
  const counted = grades.map(({ rewards }) => rewards);
  if (!isWhole && !isStopped) counted.push(...Array<Rewards>(steps.length - grades.length).fill({}));
  const reward = numberOf(combineRewards(counted, strategy)) ?? 0;
  said.push(`The ${strategy === 'mean' ? 'mean of the steps' : "final step's reward"} is ${reward}.`);
  const resolved = isWhole && reward === 1;
  return {
    ...base,
    verdict: resolved ? 'resolved' : 'unresolved',
    evidence: said.join(' '),
    ...(reward >= 0 && reward < 1 ? { score: reward } : {}),
  };
}

/** What is waited for, or the end of waiting. It goes on for others who wait for the same; it is not begun where waiting is over. */
async function orAborted<T>(begin: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await begin();
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([begin(), promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
