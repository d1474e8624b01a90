import { AGENT_FOLDER, foldersAround, mountsIn } from '../build/build.ts';
import type { JobLimits } from '../contract/settings.ts';
import { timed } from '../environment/wall-time.ts';
import type { FileEntry } from '../model/file.ts';
import { isOwnImage, runtimeVariable, withPath } from '../sandbox/own-image.ts';
import type { JobContext } from './attempt/job-context.ts';

/** Seconds a check may take at most, whatever a task may. */
export const MOST_CHECK_SECONDS = 600;

/** Runs an agent's own check on its code in a fresh container without a model; why it does not pass, or `null`. */
export async function checkVariant(
  context: Pick<JobContext, 'sandbox' | 'image' | 'signal' | 'layer'>,
  command: string,
  files: readonly FileEntry[],
  limits: JobLimits,
): Promise<string | null> {
  const sizeMB = Math.ceil(limits.memoryMB / 4);
  const withRuntime = !isOwnImage(context.image);
  await using container = await context.sandbox.create({
    image: context.image,
    purpose: 'check',
    agentRuntime: withRuntime,
    mounts: mountsIn(AGENT_FOLDER, context.layer),
    tmpfs: [
      { target: AGENT_FOLDER, sizeMB },
      ...foldersAround(AGENT_FOLDER, context.layer, sizeMB),
      { target: '/tmp', sizeMB },
    ],
    memoryMB: limits.memoryMB,
    cpus: limits.cpus,
    pids: limits.pids,
  });
  await container.copyIn(AGENT_FOLDER, files);
  const seconds = Math.min(limits.taskSeconds, MOST_CHECK_SECONDS);
  const exec = {
    command: withPath(withRuntime, false, ['sh', '-c', command]),
    cwd: AGENT_FOLDER,
    env: { HOME: '/tmp', ...runtimeVariable(withRuntime) },
    timeoutSeconds: seconds,
    maxOutputBytes: 32 * 1024,
    signal: context.signal,
  };
  const result = await timed('tests', () => container.exec(exec));
  if (result.exitCode === 0) return null;
  const printed = `${result.stdout}\n${result.stderr}`.trim().slice(-2_000);
  return `${command}: ${result.timedOut ? `not done after ${seconds} s` : `exit ${result.exitCode ?? 'by a kill'}`}\n${printed}`;
}
