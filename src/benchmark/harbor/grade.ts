import { HuxleyError, sentence } from '../../model/error.ts';
import type { SystemChanges } from '../../model/system/change.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import type { Grade, SystemNeeds } from '../suite.ts';
import { inspect, shown, some } from './answer/inspect.ts';
import { gradeOfReward, readReward } from './answer/reward.ts';
import type { HarborTask } from './format/load-task.ts';
import { verify } from './run.ts';

const NONE = { passed: 0, expected: 1, failed: [] };

export interface Verifier {
  /** Folders in which the image looks for commands. */
  readonly path: readonly string[];
  /** Who the tests run as. */
  readonly user: string;
}

/**
 * Grades what a file system became. What sets a user's id refuses it; a difference in what the verifier runs or loads is `tampered`,
 * and nothing of it is run then.
 *
 * @param licence paths that the reference solution changes; asked for where it would make a difference
 */
export async function gradeSystem(
  task: HarborTask,
  needs: SystemNeeds,
  { path, user }: Verifier,
  changes: SystemChanges,
  licence: () => Promise<ReadonlySet<string>>,
  sandbox: Sandbox,
  signal?: AbortSignal,
): Promise<Grade> {
  const started = performance.now();
  const finish = (grade: Omit<Grade, 'seconds' | 'canary'>): Grade => ({
    ...grade,
    canary: 'none',
    seconds: (performance.now() - started) / 1000,
  });
  try {
    const scripts = task.tests.map(({ content }) => Buffer.from(content).toString('latin1')).join('\n');
    const look = (licensed: ReadonlySet<string>) => inspect(changes, { path, scripts }, licensed);
    let seen = look(new Set());
    if (seen.suspect.length + seen.putBack.length > 0) seen = look(await licence());
    const { laid, privileged, suspect, putBack } = seen;
    if (suspect.length > 0)
      return finish({
        ...NONE,
        verdict: 'tampered',
        evidence: `Changed what the verifier runs or loads: ${some(suspect)}.`,
      });
    if (privileged.length > 0)
      return finish({
        ...NONE,
        verdict: 'invalid',
        evidence: `Programs that set the id of who runs them: ${some(privileged)}.`,
      });
    const notes = putBack.length === 0 ? '' : ` Left as the image has them: ${some(putBack.map(shown))}.`;
    const { run, files } = await verify(task, { ...needs, user }, laid, sandbox, signal);
    if (run.timedOut)
      return finish({
        ...NONE,
        verdict: 'timeout',
        evidence: `The verifier did not end within ${task.file.verifier.timeout_sec} s.${notes}`,
      });
    const graded = gradeOfReward(readReward(files), run.exitCode);
    return finish({ ...graded, evidence: `${graded.evidence}${notes}` });
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof HuxleyError)) throw error;
    const verdict = error.code === 'sandbox.take' ? 'invalid' : 'infrastructure';
    return finish({ ...NONE, verdict, evidence: sentence(error.message) });
  }
}
