import { existsSync } from 'node:fs';
import type { Session } from '../../benchmark/bench/record.ts';
import type { BenchAttempt } from '../../benchmark/bench/run-bench.ts';
import { gradeSubmission } from '../../benchmark/grade-submission.ts';
import type { OpenedSuite, Reference } from '../../benchmark/suite.ts';
import { unifiedDiff } from '../../job/tree/unified-diff.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import { openSandbox } from '../../sandbox/setup/open.ts';
import { terminalSetup } from '../terminal/set-up.ts';
import type { RunOptions } from './options.ts';
import { defaultFolder, runSession } from './session.ts';
import { abortOnInterrupt, openTasks } from './tasks.ts';

const REFERENCES: readonly string[] = ['oracle', 'nop', 'cheat', 'draft'] satisfies Reference[];

/** `huxley bench run` */
export async function run(options: RunOptions): Promise<void> {
  const signal = abortOnInterrupt();
  using open = await openSandbox(terminalSetup(options.install, signal));
  const { suite, tasks } = await openTasks(options.suite, open, options);
  if (REFERENCES.includes(options.agent)) {
    const session = describe(suite, options.agent);
    await runSession({
      session,
      tasks,
      attempt: referenceAttempt(suite, options.agent as Reference, open.sandbox),
      signal,
      options,
    });
    return;
  }
  if (!existsSync(options.agent))
    throw new HuxleyError(
      'bench.agent',
      `There is no agent '${options.agent}'`,
      `Name a folder, or one of ${REFERENCES.join(', ')}.`,
    );
  const { openAgent } = await import('./agent.ts');
  await using agent = await openAgent(options, suite, open, signal);
  const session = { ...describe(suite, agent.name), agentDigest: agent.digest, model: agent.model };
  const folder = options.out ?? defaultFolder(session);
  await runSession({ session, tasks, attempt: agent.attemptsIn(folder), signal, options });
}

function describe(suite: OpenedSuite, agent: string): Session {
  return { v: 1, suite: suite.name, digest: suite.digest, agent, agentDigest: null, model: null };
}

function referenceAttempt(suite: OpenedSuite, kind: Reference, sandbox: Sandbox): BenchAttempt {
  return async ({ id }, signal) => {
    const submission = await suite.reference(id, kind);
    if (submission === null)
      throw new HuxleyError('bench.reference', `${id} has no ${kind} solution`, 'Leave the task out with --tasks.');
    const [grade, patch] = await Promise.all([
      gradeSubmission(suite, id, submission, sandbox, signal),
      typeof submission === 'string' ? submission : patchTo(await suite.workspace(id), submission),
    ]);
    return { grade, patch, seconds: grade.seconds, costUSD: 0 };
  };
}

async function patchTo(workspace: readonly FileEntry[], changed: readonly FileEntry[]): Promise<string> {
  const after = new Map([...workspace, ...changed].map((file) => [file.path, file]));
  return await unifiedDiff(workspace, [...after.values()]);
}
