import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SystemNeeds } from '../../benchmark/suite.ts';
import { AGENT_FOLDER, foldersAround, mountsIn } from '../../build/build.ts';
import type { JobLimits } from '../../contract/settings.ts';
import { projectPath } from '../../environment/project.ts';
import { FORWARDER, forwarded, modelEnvironment } from '../../gateway/forwarder.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { SystemChange, SystemChanges } from '../../model/system/change.ts';
import { tail } from '../../operator/trajectory.ts';
import { isOwnImage, nodeIn, runtimeVariable, withPath } from '../../sandbox/own-image.ts';
import {
  type Container,
  type ContainerSpec,
  type CopyLimits,
  type ExecResult,
  type Layer,
  RUNTIME,
  type Sandbox,
  type SystemContainer,
} from '../../sandbox/port.ts';
import { takeWork } from './take-work.ts';

/** Where things lie inside the container. */
const GATEWAY = '/huxley/gateway';
const FORWARDER_FILE = '/huxley/forwarder.mjs';
const IO = '/huxley/io';
const NAMES_FILE = '/huxley/names.mjs';
const NAME_SERVER = [
  { source: projectPath('src', 'job', 'attempt', 'names.mjs'), target: NAMES_FILE },
  { source: projectPath('src', 'job', 'attempt', 'resolv.conf'), target: '/etc/resolv.conf' },
];
const MEGABYTE = 1024 * 1024;

const TAKE = { maxBytes: 64 * MEGABYTE, maxFiles: 20_000 };
/** Of a whole file system: work, and no data base. */
const SYSTEM_TAKE = { maxBytes: 512 * MEGABYTE, maxEntries: 50_000 };
const TRANSCRIPT = { maxBytes: 8 * 1024 * 1024, maxFiles: 200 };
const OUTPUT_BYTES = 64 * 1024;
const ENDED =
  'its container ended under the agent, with all it had written; most often the agent used up its memory or its processes';

export interface AttemptSpec {
  /** What the task's containers need, where the answer is what a file system became. */
  readonly system?: SystemNeeds | null;
  readonly image: string;
  /** Whether the image is a task's own: the agent's runtime is then mounted into it. */
  readonly foreign?: boolean;
  readonly purpose: 'agent' | 'modify';
  readonly mode: 'solve' | 'modify';
  /** Shell command; runs in the agent's checkout. */
  readonly command: string;
  /** Host folder with the agent's visible files. */
  readonly agentFolder: string;
  /** What the agent depends on; mounted into its folder, and where it modifies itself into the workspace. */
  readonly layer?: Layer | null | undefined;
  /** Where the workspace lies in the container. */
  readonly workdir: string;
  readonly workspace: readonly FileEntry[];
  /** Files to take from the workspace afterwards; `null` for all. */
  readonly take: readonly string[] | null;
  /** The problem statement, or the proposed change as an issue. */
  readonly statement: string;
  /** `HUXLEY_MODEL` names the first; the agent may ask any. */
  readonly models: readonly string[];
  /** The gateway's key for this attempt. */
  readonly token: string;
  /** Host folder of the gateway's socket. */
  readonly socketFolder: string;
  readonly seconds: number;
  readonly limits: JobLimits;
  readonly signal: AbortSignal;
  /** Whether to write down the names of hosts that the agent looks for, where there is none to be found. */
  readonly watchNames?: boolean;
}

export interface Attempt {
  /**
   * What was taken of the workspace as the agent left it; `null` when it holds what no sandbox lets out, or when the container
   * ended under the agent, and the workspace with it.
   */
  readonly files: readonly FileEntry[] | null;
  /** What the container's file system became, where that is the answer; `files` is then empty. */
  readonly changes?: SystemChanges;
  /** What of the workspace was left there though it is new: no sandbox lets it out. In words. */
  readonly skipped: readonly string[];
  /** Why `files` is null. */
  readonly refused: string | null;
  /** Whether the container ended under the agent. */
  readonly lost: boolean;
  /** How the command ended, in words. */
  readonly ended: string;
  readonly exitCode: number | null;
  /** Names of hosts it looked for, one a line; empty where nobody watched. Untrusted text. */
  readonly names: string;
  /** What it wrote to HUXLEY_OUT, else the ends of what it printed. */
  readonly transcript: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

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

async function removedBeside(container: AsyncDisposable, removals: AsyncDisposableStack | undefined): Promise<void> {
  const removed = container[Symbol.asyncDispose]();
  if (removals) removals.defer(() => removed);
  else await removed;
}

/**
 * As `attempt`, where the whole file system is the workspace: the agent is whom the task says, its log lies in it as well, and nothing
 * of it is read before everything in the container is dead.
 */
async function attemptSystem(
  sandbox: Sandbox,
  spec: AttemptSpec,
  { image, workdir, user, env, memoryMB, diskMB, seconds }: SystemNeeds,
  mounts: NonNullable<ContainerSpec['mounts']>,
  removals: AsyncDisposableStack | undefined,
): Promise<Attempt> {
  const { limits, purpose } = spec;
  const allowed = Math.min(spec.seconds, seconds ?? spec.seconds);
  const container = await sandbox.createSystem({
    ...{ image, purpose, mounts, diskMB, cpus: limits.cpus, pids: limits.pids },
    memoryMB: memoryMB ?? limits.memoryMB,
  });
  try {
    await container.lay([
      systemEntry('huxley/io', 'folder', 0o1777, ''),
      systemEntry('huxley/io/task.md', 'file', 0o644, spec.statement),
    ]);
    const result = await container.exec({
      command: commandOf(spec),
      cwd: AGENT_FOLDER,
      as: user,
      env: { ...env, ...environmentOf(spec, workdir, allowed) },
      timeoutSeconds: allowed,
      maxOutputBytes: OUTPUT_BYTES,
      signal: spec.signal,
    });
    const rest = attemptedBy(result, allowed, await systemTranscript(container));
    try {
      const changes = await container.take(SYSTEM_TAKE);
      return { ...rest, files: [], changes, skipped: changes.skipped, refused: null, lost: false };
    } catch (error) {
      if (!(error instanceof HuxleyError) || error.code !== 'sandbox.take') throw error;
      return { ...rest, files: null, skipped: [], refused: error.message, lost: false };
    }
  } finally {
    await removedBeside(container, removals);
  }
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

async function attemptIn(container: Container, spec: AttemptSpec, size: ReturnType<typeof sizeOf>): Promise<Attempt> {
  await container.copyIn(spec.workdir, spec.workspace);
  await container.copyIn(IO, [
    { path: 'task.md', content: Buffer.from(spec.statement), executable: false },
    { path: 'home/.keep', content: new Uint8Array(), executable: false },
  ]);
  const result = await container.exec({
    command: commandOf(spec),
    cwd: AGENT_FOLDER,
    env: { ...environmentOf(spec, spec.workdir, spec.seconds), HOME: `${IO}/home` },
    timeoutSeconds: spec.seconds,
    maxOutputBytes: OUTPUT_BYTES,
    signal: spec.signal,
  });
  await container.quiesce();
  const { log, names } = await takeTranscript(container);
  const taken = await takeFiles(container, spec, size);
  return { ...taken, ...attemptedBy(result, spec.seconds, log), names };
}

/** What the agent's command is started as: behind a forwarder to the gateway. */
function commandOf(spec: AttemptSpec): readonly string[] {
  const node = nodeIn(hasRuntime(spec));
  const watch = spec.watchNames ? [node, NAMES_FILE, `${IO}/names`] : [];
  const command = [...watch, 'sh', '-c', spec.command];
  return withPath(
    hasRuntime(spec),
    spec.foreign === true,
    forwarded(node, FORWARDER_FILE, `${GATEWAY}/gateway.sock`, command),
  );
}

function environmentOf(spec: AttemptSpec, workdir: string, seconds: number): Readonly<Record<string, string>> {
  return {
    ...modelEnvironment(spec.token, spec.models),
    TMPDIR: '/tmp',
    HUXLEY_TASK: `${IO}/task.md`,
    HUXLEY_WORKSPACE: workdir,
    HUXLEY_OUT: `${IO}/transcript`,
    ...runtimeVariable(hasRuntime(spec)),
    HUXLEY_MODE: spec.mode,
    HUXLEY_DEADLINE: new Date(Date.now() + seconds * 1000).toISOString(),
  };
}

function attemptedBy(result: ExecResult, seconds: number, log: string) {
  const printed = [result.stdout, result.stderr].filter((text) => text.trim() !== '').join('\n');
  return {
    names: '',
    ended: describeEnd(result, seconds),
    exitCode: result.exitCode,
    transcript: log.trim() === '' ? tail(printed, 2 * OUTPUT_BYTES) : log,
    stdout: result.stdout,
    stderr: result.stderr,
    seconds: result.seconds,
  };
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

/** Whether the agent's runtime is mounted: into a task's image always, into the agent's own where that is not one of ours. */
function hasRuntime({ foreign, image }: AttemptSpec): boolean {
  return foreign === true || !isOwnImage(image);
}

function describeEnd(
  result: { exitCode: number | null; timedOut: boolean; truncated: boolean },
  seconds: number,
): string {
  const flood = result.truncated ? ', printed more than was kept' : '';
  if (result.timedOut) return `killed at its deadline of ${Math.round(seconds)} s${flood}`;
  if (result.exitCode === null) return `killed${flood}`;
  if (result.exitCode === 137) return `killed (exit 137: most often out of memory)${flood}`;
  return `exit ${result.exitCode}${flood}`;
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
