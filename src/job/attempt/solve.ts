import { gradeRepeatedly } from '../../benchmark/grade-submission.ts';
import type { Grade, Suite, SuiteTask } from '../../benchmark/suite.ts';
import type { AgentConfig, JobLimits } from '../../contract/settings.ts';
import { timed } from '../../environment/wall-time.ts';
import { HuxleyError, sentence } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { TaskId } from '../../model/ids.ts';
import type { Effort } from '../../model/limits/effort.ts';
import { type Sign, signWords } from '../../model/sign.ts';
import type { SystemChanges } from '../../model/system/change.ts';
import type { Verdict } from '../../model/verdict.ts';
import { TRAJECTORY_TEXT_LIMIT } from '../../operator/trajectory.ts';
import { patchOf } from '../tree/patch-of.ts';
import { systemDiff } from '../tree/system-diff.ts';
import { unifiedDiff } from '../tree/unified-diff.ts';
import type { Attempt } from './agent-call.ts';
import { attempt } from './attempt.ts';
import { CallLog, type CallSummary } from './call-log.ts';
import type { JobContext } from './job-context.ts';
import { modelFailure } from './model-failure.ts';
import { noticeSigns } from './signs.ts';
import { leftOut } from './take-work.ts';

export interface SolveSpec {
  readonly task: SuiteTask;
  readonly agent: Pick<AgentConfig, 'solve'>;
  /** Host folder with the agent's visible files. */
  readonly agentFolder: string;
  /** `HUXLEY_MODEL` names the first; the agent may ask any. */
  readonly models: readonly string[];
  /** How hard the model thinks; left to the agent where absent. */
  readonly effort?: Effort | undefined;
  readonly limits: JobLimits;
  /** How often the files it leaves are graded; once where absent. */
  readonly gradings?: number | undefined;
  /**
   * Whether nothing the agent is descends from talked to this model with success: the root of a run, or an agent on its own. If
   * none of its calls is answered, it has no result; any other is graded, since its parent could make itself understood.
   */
  readonly first: boolean;
}

/** One attempt at one task, graded. */
export interface Solved {
  readonly grade: Grade;
  /** Of every grading of its files, in order; one where there was nothing to grade, or nothing that counts. */
  readonly verdicts: readonly Verdict[];
  readonly attempt: Attempt;
  /** What the agent changed of what is graded, as a unified diff; empty for nothing. */
  readonly patch: string;
  /** What the agent asked its model. */
  readonly calls: CallSummary;
  /** Without a result because of the model: another try has the same chance for every variant, and none needs a check of the machine. */
  readonly model: 'outage' | 'no-chance' | 'none';
  /** None of an attempt that resolved the task, or has no result. */
  readonly signs: readonly Sign[];
  /** Seconds of the attempt and of its grading. */
  readonly seconds: number;
}

/** The task's image could not be had before anything of the agent's ran: nobody measured has a part in that. */
export class NotBegun extends Error {}

/**
 * Lets an agent try one task in a fresh container, and grades what it leaves in another. An agent that crashes, hangs or
 * floods is graded by its files like any other; one that takes its container down has none. Throws `NotBegun`, and what the sandbox
 * throws; that is infrastructure trouble.
 */
export async function solveTask(context: JobContext, spec: SolveSpec): Promise<Solved> {
  const { sandbox, suite, gateway, signal } = context;
  const { task, limits } = spec;
  const { system, workspace } = await given(suite, task.id);
  const log = new CallLog(TRAJECTORY_TEXT_LIMIT);
  const token = gateway.token(task.id, { costUSD: limits.taskCostUSD }, { transcript: log.sink, effort: spec.effort });
  await using removals = new AsyncDisposableStack();
  const tried = await attempt(
    sandbox,
    {
      system,
      goesOn: async (done) => (await suite.systems?.goesOn(task.id, done, sandbox, signal)) ?? true,
      image: task.image ?? context.image,
      foreign: task.image !== null,
      purpose: 'agent',
      mode: 'solve',
      command: spec.agent.solve,
      agentFolder: spec.agentFolder,
      layer: context.layer,
      workdir: task.workdir,
      covered: task.covered,
      workspace,
      take: task.solutionPaths,
      statement: task.statement,
      models: spec.models,
      token,
      socketFolder: gateway.socketFolder,
      seconds: limits.taskSeconds,
      limits,
      signal,
    },
    removals,
  ).finally(() => gateway.revoke(token));
  const patch =
    tried.files === null
      ? ''
      : tried.changes
        ? await systemDiff(tried.changes)
        : await patchFor(task, workspace, tried.files);
  const { grade, verdicts } =
    tried.files === null ? gradeOfNothing(tried) : await gradeLeft(context, spec, tried.changes ?? tried.files, patch);
  const calls = log.close();
  const judged = !['resolved', 'infrastructure'].includes(grade.verdict);
  const trouble = judged
    ? await modelFailure(gateway, spec.models[0]!, calls, signal)
    : ({ kind: 'none', words: '' } as const);
  const isVoid = trouble.kind === 'outage' || (trouble.kind === 'no-chance' && spec.first);
  const signs = judged && !isVoid ? noticeSigns(tried.files === null ? null : patch, calls) : [];
  const noticed = signs.length > 0 ? [`Noticed: ${signWords(signs)}.`] : [];
  const evidence = isVoid
    ? trouble.words
    : [
        grade.evidence,
        tried.network && `The agent's network: ${tried.network}`,
        leftOut(tried.skipped),
        ...noticed,
        trouble.words,
      ]
        .filter(Boolean)
        .join(' ');
  return {
    grade: { ...grade, verdict: isVoid ? 'infrastructure' : grade.verdict, evidence },
    verdicts: isVoid ? ['infrastructure'] : verdicts,
    attempt: tried,
    patch,
    calls,
    model: isVoid ? trouble.kind : 'none',
    signs,
    seconds: tried.seconds + grade.seconds,
  };
}

async function patchFor(
  { solutionPaths }: SuiteTask,
  before: readonly FileEntry[],
  after: readonly FileEntry[],
): Promise<string> {
  if (solutionPaths === null) return await patchOf(before, after);
  return await unifiedDiff(
    before.filter(({ path }) => solutionPaths.includes(path)),
    after,
  );
}

/** Where a whole tree is the answer, the patch to it is what is graded, by the suite's own way of applying one. */
async function gradeLeft(
  { suite, sandbox, signal }: JobContext,
  { task, gradings = 1 }: SolveSpec,
  left: readonly FileEntry[] | SystemChanges,
  patch: string,
) {
  const submission = suite.gradePatch !== undefined && task.solutionPaths === null ? patch : left;
  return await timed('grading', () => gradeRepeatedly(suite, task.id, submission, gradings, sandbox, signal));
}

/** Of an attempt whose files are out of reach: that is the agent's doing, since the engine answered, so it counts. */
function gradeOfNothing({ lost, refused }: Attempt): Pick<Solved, 'grade' | 'verdicts'> {
  const evidence = sentence(`${lost ? 'There are no files to grade' : 'The workspace was refused'}: ${refused}`).slice(
    0,
    1_000,
  );
  const verdict = lost ? 'unresolved' : 'invalid';
  const grade = { verdict, passed: 0, expected: 0, failed: [], evidence, canary: 'not run', seconds: 0 } as const;
  return { grade, verdicts: [verdict] };
}

/** What an attempt starts from. */
async function given(suite: Suite, task: TaskId) {
  try {
    const system = (await suite.systems?.open(task)) ?? null;
    return { system, workspace: system === null ? await suite.workspace(task) : [] };
  } catch (error) {
    const isImage = error instanceof HuxleyError && /^(image\.|setup\.image$)/.test(error.code);
    throw isImage ? new NotBegun(error.inFull, { cause: error }) : error;
  }
}
