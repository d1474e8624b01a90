import { byImage } from '../benchmark/by-image.ts';
import { gradeSubmission } from '../benchmark/grade-submission.ts';
import type { SuiteTask } from '../benchmark/suite.ts';
import type { EvaluateOrder, TaskResult } from '../contract/contract.ts';
import { namesOf } from '../contract/settings.ts';
import { explainError } from '../environment/system-trouble.ts';
import { timed } from '../environment/wall-time.ts';
import { messageOf } from '../model/error.ts';
import { signWords } from '../model/sign.ts';
import { TRAJECTORY_TEXT_LIMIT, type Trajectory, tail } from '../operator/trajectory.ts';
import type { JobContext } from './attempt/job-context.ts';
import { printable } from './attempt/printable.ts';
import { NotBegun, type Solved, type SolveSpec, solveTask } from './attempt/solve.ts';

/** Times one task is tried when the machine, not the agent, is at fault. */
const TRIES = 2;

export interface EvaluateHooks {
  /** Results of this very order from a worker that was killed; their tasks are not run again. */
  readonly previous: readonly TaskResult[];
  /** Called with every result so far, as each comes. */
  readonly onResult: (results: readonly TaskResult[]) => Promise<void>;
  /** Called with every trajectory of a search task; never for held-out tasks. */
  readonly onTrajectory: (trajectory: Trajectory) => Promise<void>;
}

/**
 * Measures one variant on a batch of tasks, a verdict each, those of one image one after the other. A task is started only while its whole allowance of time and
 * money is left, so that no variant is judged on less than it was promised; the others come back as `infrastructure`.
 *
 * @param agentFolder host folder with the variant's visible files
 */
export async function evaluate(
  context: JobContext,
  order: EvaluateOrder,
  agentFolder: string,
  hooks: EvaluateHooks,
): Promise<readonly TaskResult[]> {
  const results = new Map(hooks.previous.map((result) => [result.task, result]));
  const inOrder = () => order.tasks.flatMap((task) => results.get(task) ?? []);
  const tasks = new Map(context.suite.list().map((task) => [task.id, task]));
  const left = order.tasks.filter((task) => !results.has(task));
  const queue = [...byImage(left, (task) => tasks.get(task)?.image ?? null)];
  let running = 0;

  async function work(): Promise<void> {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      const obstacle = obstacleTo(context, order, running);
      running++;
      const task = tasks.get(id);
      if (task === undefined) results.set(id, noResult(id, `the suite ${context.suite.name} has no such task`));
      else if (obstacle !== null) results.set(id, noResult(id, obstacle));
      else {
        await using _ = context.sandbox.hold(task.image);
        results.set(id, await timed('attempts', () => measure(context, order, task, agentFolder, hooks)));
      }
      running--;
      const { verdict, seconds, costUSD, signs, evidence } = results.get(id)!;
      if (order.split === 'heldout') {
        // The log is as public as the repository.
        context.report(`a held-out task is done: ${results.size} of ${order.tasks.length}`);
        await hooks.onResult(inOrder());
        continue;
      }
      const noticed = signs === undefined ? '' : `, ${signWords(signs)}`;
      const why = verdict === 'infrastructure' || evidence.includes('refused: ') ? `: ${evidence.slice(0, 500)}` : '';
      context.report(`${id}: ${verdict}${noticed} (${seconds.toFixed(1)} s, $${costUSD.toFixed(4)})${why}`);
      await hooks.onResult(inOrder());
    }
  }
  await using _ = context.sandbox.hold(context.image, context.layer);
  await Promise.all(Array.from({ length: Math.max(1, context.concurrency) }, work));
  return inOrder();
}

/** Why no further task may start, or `null`. Tasks under way count with all they may still spend. */
function obstacleTo(context: JobContext, { limits, deadline }: EvaluateOrder, running: number): string | null {
  if (context.signal.aborted) return 'the job was stopped before this task';
  if (Date.parse(deadline) - Date.now() < limits.taskSeconds * 1000)
    return "the job's deadline leaves less time than a task may take";
  const spent = context.gateway.usage().costUSD;
  return spent + (running + 1) * limits.taskCostUSD > limits.costUSD + 1e-9
    ? "the job's budget leaves less than a task may cost"
    : null;
}

/**
 * One verdict on one task. What the model's provider or the machine failed at is no result, tried again the same way for every
 * variant. Where the machine failed each time, serves an attempt that does nothing, and then fails this one again, the variant's
 * own attempts are what it fails at, and they count as failed: otherwise a variant could void whatever it cannot solve.
 */
async function measure(
  context: JobContext,
  order: EvaluateOrder,
  task: SuiteTask,
  agentFolder: string,
  hooks: EvaluateHooks,
): Promise<TaskResult> {
  const { agent, limits, models } = order;
  const first = order.variant === 'v0';
  const spec: SolveSpec = {
    task,
    agent,
    agentFolder,
    models: namesOf(models.solve),
    effort: models.reasoning ?? undefined,
    limits,
    gradings: order.gradings,
    first,
  };
  const spent = () => {
    const { costUSD, inputTokens, outputTokens } = context.gateway.usage(task.id);
    return { costUSD, tokens: inputTokens + outputTokens };
  };
  let trouble = '';
  let served = false;
  for (let tries = 1; !context.signal.aborted; tries++) {
    if (tries > TRIES) {
      if (served || !(await servesOthers(context, spec))) break;
      served = true;
    }
    try {
      const solved = await solveTask(context, spec);
      if (context.signal.aborted) break;
      if (order.split === 'search') await keep(context, hooks, order, task, solved);
      const { verdict, evidence } = solved.grade;
      const over = verdict !== 'infrastructure' || solved.model === 'no-chance';
      if (over || (tries >= TRIES && solved.model === 'outage')) return resultOf(task, solved, spent());
      trouble = evidence;
    } catch (error) {
      trouble = explainError(error);
      // Images are fetched by several tries of their own.
      if (error instanceof NotBegun && tries === 1) return { ...noResult(task.id, trouble), unbegun: true };
    }
  }
  if (context.signal.aborted) return { ...noResult(task.id, 'the job was stopped during this task'), ...spent() };
  const none = { ...noResult(task.id, trouble), ...spent() };
  if (first || !served) return none;
  const why = `No result in ${TRIES + 1} tries (${trouble.replace(/\.$/, '')}), though an attempt that does nothing gets one here: it counts as failed.`;
  return { ...none, verdict: 'unresolved', evidence: printable(why).slice(0, 4_000) };
}

/** Whether the machine serves an attempt that nothing of the variant's takes part in, and grades a right solution. */
async function servesOthers(context: JobContext, spec: SolveSpec): Promise<boolean> {
  const { suite, sandbox, signal } = context;
  try {
    const idle = await solveTask(context, { ...spec, agent: { solve: 'true' }, gradings: 1 });
    const answer = await suite.reference(spec.task.id, 'oracle');
    const right = answer === null ? idle.grade : await gradeSubmission(suite, spec.task.id, answer, sandbox, signal);
    return idle.grade.verdict !== 'infrastructure' && right.verdict !== 'infrastructure';
  } catch {
    return false;
  }
}

function resultOf(task: SuiteTask, solved: Solved, spent: Pick<TaskResult, 'costUSD' | 'tokens'>): TaskResult {
  const { verdict, score, evidence } = solved.grade;
  return {
    task: task.id,
    verdict,
    ...(solved.verdicts.length > 1 && { verdicts: [...solved.verdicts] }),
    ...(score === undefined || verdict !== 'unresolved' ? {} : { score }),
    ...spent,
    seconds: solved.seconds,
    evidence: printable(`${evidence} The agent: ${solved.attempt.ended}.`).slice(0, 4_000),
    ...signsOf(solved),
  };
}

/** A trajectory that cannot be written costs a later diagnosis its evidence, and the variant nothing. */
async function keep(
  context: JobContext,
  { onTrajectory }: EvaluateHooks,
  order: EvaluateOrder,
  task: SuiteTask,
  solved: Solved,
): Promise<void> {
  try {
    await onTrajectory(trajectoryOf(order, task, solved));
  } catch (error) {
    context.report(
      `${order.split === 'heldout' ? 'a held-out task' : task.id}: its transcript could not be kept (${messageOf(error)})`,
    );
  }
}

function noResult(task: string, why: string): TaskResult {
  return { task, verdict: 'infrastructure', costUSD: 0, seconds: 0, evidence: printable(why).slice(0, 4_000) };
}

function signsOf({ signs }: Solved): Pick<TaskResult, 'signs'> {
  return signs.length === 0 ? {} : { signs: [...signs] };
}

function trajectoryOf(order: EvaluateOrder, task: SuiteTask, solved: Solved): Trajectory {
  const { grade, attempt, patch } = solved;
  const clip = (text: string) => tail(printable(text), TRAJECTORY_TEXT_LIMIT);
  return {
    v: 1,
    variant: order.variant,
    task: task.id,
    verdict: grade.verdict,
    evidence: printable(grade.evidence).slice(0, 4_000),
    ended: attempt.ended.slice(0, 500),
    ...signsOf(solved),
    statement: clip(task.statement),
    transcript: clip(attempt.transcript),
    conversation: clip(solved.calls.conversation),
    patch: clip(patch),
  };
}
