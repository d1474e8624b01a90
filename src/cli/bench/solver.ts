import { existsSync } from 'node:fs';
import type { Session } from '../../benchmark/bench/record.ts';
import type { BenchAttempt } from '../../benchmark/bench/run-bench.ts';
import { gradeRepeatedly } from '../../benchmark/grade-submission.ts';
import type { OpenedSuite, Reference, Submission } from '../../benchmark/suite.ts';
import { systemDiff } from '../../job/tree/system-diff.ts';
import { unifiedDiff } from '../../job/tree/unified-diff.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import type { OpenSandbox } from '../../sandbox/setup/open.ts';
import type { RunOptions } from './options.ts';

const REFERENCES: readonly string[] = ['oracle', 'nop', 'cheat', 'draft'] satisfies Reference[];

/** Who tries the tasks of a session: an agent, or a reference solution. */
export interface Solver extends AsyncDisposable {
  readonly session: Session;
  /** What an agent's configuration wants of a merge, 0.5 to 1; `null` for a reference solution. */
  readonly confidence: number | null;
  /** Tries tasks; what an agent printed, wrote and asked its model is kept below this folder. */
  attemptsIn(folder: string): BenchAttempt;
}

/**
 * @param gradings how often the files of each attempt are graded, 1 or more
 * @throws HuxleyError `bench.agent` where there is neither
 */
export async function openSolver(
  options: RunOptions,
  suite: OpenedSuite,
  open: OpenSandbox,
  signal: AbortSignal,
  gradings = 1,
): Promise<Solver> {
  const session = {
    v: 1,
    suite: suite.name,
    digest: suite.digest,
    agent: options.agent,
    agentDigest: null,
    model: null,
  } as const;
  if (REFERENCES.includes(options.agent)) {
    const attempt = referenceAttempt(suite, options.agent as Reference, open.sandbox, gradings);
    return { session, confidence: null, attemptsIn: () => attempt, [Symbol.asyncDispose]: async () => undefined };
  }
  if (!existsSync(options.agent))
    throw new HuxleyError(
      'bench.agent',
      `There is no agent '${options.agent}'`,
      `Name a folder, or one of ${REFERENCES.join(', ')}.`,
    );
  const { openAgent } = await import('./agent.ts');
  const { name, digest, model, ...agent } = await openAgent(options, suite, open, signal, gradings);
  return { ...agent, session: { ...session, agent: name, agentDigest: digest, model } };
}

function referenceAttempt(suite: OpenedSuite, kind: Reference, sandbox: Sandbox, gradings: number): BenchAttempt {
  return async ({ id }, signal) => {
    const submission = await suite.reference(id, kind);
    if (submission === null)
      throw new HuxleyError('bench.reference', `${id} has no ${kind} solution`, 'Leave the task out with --tasks.');
    const [graded, patch] = await Promise.all([
      gradeRepeatedly(suite, id, submission, gradings, sandbox, signal),
      patchBy(suite, id, submission),
    ]);
    return { ...graded, patch, seconds: graded.grade.seconds, costUSD: 0 };
  };
}

async function patchBy(suite: OpenedSuite, id: string, submission: Submission): Promise<string> {
  if (typeof submission === 'string') return submission;
  if ('changes' in submission) return await systemDiff(submission);
  return await patchTo(await suite.workspace(id), submission);
}

async function patchTo(workspace: readonly FileEntry[], changed: readonly FileEntry[]): Promise<string> {
  const after = new Map([...workspace, ...changed].map((file) => [file.path, file]));
  return await unifiedDiff(workspace, [...after.values()]);
}
