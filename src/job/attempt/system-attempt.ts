import { throughSteps } from '../../benchmark/steps.ts';
import type { SystemNeeds, SystemStep } from '../../benchmark/suite.ts';
import { AGENT_FOLDER } from '../../build/build.ts';
import type { Proxied } from '../../egress/proxied.ts';
import { timed } from '../../environment/wall-time.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import type { SystemChange } from '../../model/system/change.ts';
import { nodeIn } from '../../sandbox/own-image.ts';
import type { ContainerSpec, Sandbox, SystemContainer } from '../../sandbox/port.ts';
import {
  type Attempt,
  type Attempted,
  type AttemptSpec,
  attemptedBy,
  commandOf,
  environmentOf,
  IO,
  OUTPUT_BYTES,
  TRANSCRIPT,
} from './agent-call.ts';

/** Steps whose network is told of: the last. */
const MOST_TOLD = 3;
/** Of a whole file system: work, and no data base. */
const SYSTEM_TAKE = { maxBytes: 512 * 1024 * 1024, maxEntries: 50_000 };

/**
 * As `attempt`, where the whole file system is the workspace: the agent is whom the task says, its log lies in it as well, and nothing
 * of it is read before everything in the container is dead. Each step of the task is a call of the agent; they share its time.
 */
export async function attemptSystem(
  sandbox: Sandbox,
  spec: AttemptSpec,
  needs: SystemNeeds,
  mounts: NonNullable<ContainerSpec['mounts']>,
  removals: AsyncDisposableStack | undefined,
): Promise<Attempt> {
  const { limits, purpose, signal } = spec;
  const { image, workdir, env, diskMB } = needs;
  const memoryMB = needs.memoryMB ?? limits.memoryMB;
  const ran: Attempted[] = [];
  const left = () => spec.seconds - ran.reduce((sum, { seconds }) => sum + seconds, 0);
  const act = async (container: SystemContainer, step: SystemStep, network: Proxied) => {
    const allowed = Math.min(left(), step.seconds ?? spec.seconds);
    await container.lay([
      systemEntry('huxley/io', 'folder', 0o1777, ''),
      systemEntry('huxley/io/task.md', 'file', 0o644, step.name === '' ? spec.statement : step.statement),
    ]);
    const exec = {
      command: network.command(nodeIn(true), commandOf(spec)),
      cwd: AGENT_FOLDER,
      as: step.user,
      env: { ...network.env, ...env, ...environmentOf(spec, workdir, allowed) },
      timeoutSeconds: allowed,
      maxOutputBytes: OUTPUT_BYTES,
      signal,
    };
    const result = await timed('agent', () => container.exec(exec));
    ran.push({ ...attemptedBy(result, allowed, await systemTranscript(container)), network: network.said() });
  };
  try {
    const changes = await throughSteps(needs, {
      open: (ways) =>
        sandbox.createSystem({
          ...{ image, purpose, diskMB, memoryMB, cpus: limits.cpus, pids: limits.pids },
          mounts: [...mounts, ...ways],
        }),
      close: (container) => removedBeside(container, removals),
      act,
      goesOn: async (done) => left() >= 1 && ((await spec.goesOn?.(done)) ?? true),
      limits: SYSTEM_TAKE,
      signal,
    });
    return { ...inTurn(ran), files: [], changes, skipped: changes.skipped, refused: null, lost: false };
  } catch (error) {
    if (!(error instanceof HuxleyError) || error.code !== 'sandbox.take') throw error;
    return { ...inTurn(ran), files: null, skipped: [], refused: error.message, lost: false };
  }
}

/** What several calls of an agent came to, as one: how the last one ended, and all that was said. */
function inTurn(ran: readonly Attempted[]): Attempted {
  const joined = (of: (one: Attempted) => string) => ran.map(of).join('\n');
  return {
    ...ran.at(-1)!,
    transcript: joined(({ transcript }) => transcript),
    stdout: joined(({ stdout }) => stdout),
    stderr: joined(({ stderr }) => stderr),
    network: ran
      .map(({ network }) => network)
      .filter(Boolean)
      .slice(-MOST_TOLD)
      .join(' '),
    seconds: ran.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

function systemEntry(path: string, type: 'file' | 'folder', mode: number, text: string): SystemChange {
  const content = Buffer.from(text);
  return { path, before: null, after: { type, mode, uid: 0, gid: 0, content, target: '' } };
}

async function systemTranscript(container: SystemContainer): Promise<string> {
  try {
    const files = await container.read(IO, TRANSCRIPT);
    const file = files.find(({ path }) => path === 'transcript');
    return file === undefined ? '' : Buffer.from(file.content).toString('utf8');
  } catch (error) {
    return `[the agent's log could not be read: ${messageOf(error)}]`;
  }
}

export async function removedBeside(
  container: AsyncDisposable,
  removals: AsyncDisposableStack | undefined,
): Promise<void> {
  const removed = container[Symbol.asyncDispose]();
  if (removals) removals.defer(() => removed);
  else await removed;
}
