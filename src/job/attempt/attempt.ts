import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AGENT_FOLDER, foldersAround, mountsIn } from '../../build/build.ts';
import { projectPath } from '../../environment/project.ts';
import { timed } from '../../environment/wall-time.ts';
import { FORWARDER } from '../../gateway/forwarder.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { type Container, type CopyLimits, RUNTIME, type Sandbox } from '../../sandbox/port.ts';
import {
  type Attempt,
  type AttemptSpec,
  attemptedBy,
  commandOf,
  environmentOf,
  FORWARDER_FILE,
  GATEWAY,
  hasRuntime,
  IO,
  NAMES_FILE,
  OUTPUT_BYTES,
  TRANSCRIPT,
} from './agent-call.ts';
import { attemptSystem, removedBeside } from './system-attempt.ts';
import { takeWork } from './take-work.ts';

const NAME_SERVER = [
  { source: projectPath('src', 'job', 'attempt', 'names.mjs'), target: NAMES_FILE },
  { source: projectPath('src', 'job', 'attempt', 'resolv.conf'), target: '/etc/resolv.conf' },
];
const MEGABYTE = 1024 * 1024;

const TAKE = { maxBytes: 64 * MEGABYTE, maxFiles: 20_000 };
const ENDED =
  'its container ended under the agent, with all it had written; most often the agent used up its memory or its processes';

/**
 * Runs an agent's command once in a fresh container: its code read-only, its workspace writable, no network, the model by
 * way of the gateway's socket. Nothing it prints is believed; its files are read after everything it started is dead.
 *
 * @param removals where given, waits for the container's removal, which then goes on beside what comes next
 */
export async function attempt(sandbox: Sandbox, spec: AttemptSpec, removals?: AsyncDisposableStack): Promise<Attempt> {
  const size = sizeOf(spec);
  const folders = spec.layer?.folders ?? [];
  // A volume is mounted on a folder, and the agent's is read-only to the engine too.
  for (const { path } of folders) await mkdir(join(spec.agentFolder, path), { recursive: true, mode: 0o755 });
  const places = [AGENT_FOLDER, ...(spec.mode === 'modify' ? [spec.workdir] : [])];
  const mounts = [
    { source: spec.agentFolder, target: AGENT_FOLDER },
    ...places.flatMap((place) => mountsIn(place, spec.layer)),
    { source: spec.socketFolder, target: GATEWAY },
    { source: FORWARDER, target: FORWARDER_FILE },
    ...(spec.watchNames ? NAME_SERVER : []),
  ];
  if (spec.system) return await attemptSystem(sandbox, spec, spec.system, mounts, removals);
  const container = await sandbox.create({
    image: spec.image,
    purpose: spec.purpose,
    mounts,
    agentRuntime: hasRuntime(spec),
    tmpfs: [
      ...(spec.covered === undefined ? [] : [{ target: spec.covered, sizeMB: 1, owner: 'root' as const }]),
      { target: spec.workdir, sizeMB: size.workspaceMB },
      ...(spec.mode === 'modify' ? foldersAround(spec.workdir, spec.layer, size.workspaceMB) : []),
      { target: '/tmp', sizeMB: Math.ceil(spec.limits.memoryMB / 4) },
      { target: IO, sizeMB: 32 },
    ],
    memoryMB: size.memoryMB,
    cpus: spec.limits.cpus,
    pids: spec.limits.pids,
  });
  try {
    return await attemptIn(container, spec, size);
  } finally {
    await removedBeside(container, removals);
  }
}

async function attemptIn(container: Container, spec: AttemptSpec, size: ReturnType<typeof sizeOf>): Promise<Attempt> {
  await Promise.all([
    container.copyIn(spec.workdir, spec.workspace),
    container.copyIn(IO, [
      { path: 'task.md', content: Buffer.from(spec.statement), executable: false },
      { path: 'home/.keep', content: new Uint8Array(), executable: false },
    ]),
  ]);
  const exec = {
    command: commandOf(spec),
    cwd: AGENT_FOLDER,
    env: { ...environmentOf(spec, spec.workdir, spec.seconds), HOME: `${IO}/home` },
    timeoutSeconds: spec.seconds,
    maxOutputBytes: OUTPUT_BYTES,
    signal: spec.signal,
  };
  const result = await timed('agent', () => container.exec(exec));
  await container.quiesce();
  const { log, names } = await takeTranscript(container);
  const taken = await takeFiles(container, spec, size);
  return { ...taken, ...attemptedBy(result, spec.seconds, log), names };
}

/**
 * A workspace lies in memory: a repository larger than half of its share gets room for twice its size, and as much memory on top of
 * the agent's, so that a large task leaves an agent no less than a small one.
 */
function sizeOf({ workspace, limits }: AttemptSpec) {
  const bytes = workspace.reduce((sum, { content }) => sum + content.byteLength, 0);
  const share = Math.ceil(limits.memoryMB / 4);
  const workspaceMB = Math.max(share, Math.ceil((2 * bytes) / MEGABYTE));
  return {
    workspaceMB,
    memoryMB: limits.memoryMB + workspaceMB - share,
    take: {
      maxBytes: Math.max(TAKE.maxBytes, 2 * bytes),
      maxFiles: Math.max(TAKE.maxFiles, 2 * workspace.length),
    },
  };
}

async function takeFiles(
  container: Container,
  spec: AttemptSpec,
  size: { readonly take: CopyLimits },
): Promise<Pick<Attempt, 'files' | 'skipped' | 'refused' | 'lost'>> {
  const { workdir, take, workspace, layer } = spec;
  try {
    const taken =
      take === null
        ? await takeWork(container, workdir, workspace, {
            ...size.take,
            except: layer?.folders.map(({ path }) => path),
            find: hasRuntime(spec) ? `${RUNTIME}/bin/find` : 'find',
          })
        : { files: await container.copyOut(workdir, { ...size.take, only: take }), skipped: [] };
    return { ...taken, refused: null, lost: false };
  } catch (error) {
    if (!(error instanceof HuxleyError)) throw error;
    if (error.code === 'sandbox.take') return { files: null, skipped: [], refused: error.message, lost: false };
    if (error.code === 'sandbox.ended') return { files: null, skipped: [], refused: ENDED, lost: true };
    throw error;
  }
}

/** The agent's own log. It may be anything, or too much; then it is told so instead. */
async function takeTranscript(container: Container): Promise<{ readonly log: string; readonly names: string }> {
  try {
    const files = await container.copyOut(IO, TRANSCRIPT);
    const text = (path: string) => {
      const file = files.find((one) => one.path === path);
      return file === undefined ? '' : Buffer.from(file.content).toString('utf8');
    };
    return { log: text('transcript'), names: text('names') };
  } catch (error) {
    return { log: `[the agent's log could not be read: ${messageOf(error)}]`, names: '' };
  }
}
