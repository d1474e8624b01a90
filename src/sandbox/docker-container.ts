import { PassThrough, type Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError, messageOf } from '../model/error.ts';
import type { FileEntry } from '../model/file.ts';
import { isEnded, statusOf } from './engine.ts';
import { exitCodeOf, runExec } from './exec.ts';
import { type toolsOf, WORKER } from './hardening.ts';
import type { Container, CopyLimits, ExecResult, ExecSpec } from './port.ts';
import { Removal } from './removal.ts';
import { packFiles, unpackFiles } from './tar.ts';

const TRANSFER_SECONDS = 120;
const ARCHIVE_SECONDS = 900;
/** How long to try to end the work before the container is ended with it. */
const QUIESCE_SECONDS = 30;
/** Processes by which the limit is raised each time work leaves none for what ends it, and how often. */
const ROOM = 64;
const ROOM_TIMES = 4;
/** How long one command that ends the work may take where that work keeps every processor busy. */
const KILL_SECONDS = 12;

/**
 * `kill -1` reaches every process of the caller's user at once, and none can fork its way out of it. Exits with 0 once none
 * is left, not even as a zombie, which would still count against the limit.
 */
const END_WORK = `kill -9 -1; tries=0
while [ $tries -lt 50 ]; do
  left=
  for process in /proc/[0-9]*; do [ -O "$process" ] && [ "$process" != /proc/$$ ] && left=1; done
  [ -z "$left" ] && exit 0
  tries=$((tries+1))
done
exit 3`;

/** A running container. Its methods may be called concurrently. */
export class DockerContainer implements Container {
  readonly id: string;
  readonly #container: Docker.Container;
  readonly #pids: number;
  readonly #tools: ReturnType<typeof toolsOf>;
  readonly #removal: Removal;
  #roomMade = 0;
  #quiet: Promise<void> = Promise.resolve();

  /**
   * @param pids the limit the container was made with
   * @param tools paths of the commands it is kept with
   * @param report told of a container that its disposal could not remove
   */
  constructor(
    container: Docker.Container,
    pids: number,
    tools: ReturnType<typeof toolsOf>,
    report: (line: string) => void,
  ) {
    this.id = container.id;
    this.#container = container;
    this.#pids = pids;
    this.#tools = tools;
    this.#removal = new Removal(container, report);
  }

  async copyIn(folder: string, files: readonly FileEntry[]): Promise<void> {
    const tar = await packFiles([{ folder: '', files, folderMode: 0o755 }]);
    const result = await this.exec({
      command: [this.#tools.tar, '-x', '-C', folder, '-f', '-'],
      stdin: tar,
      timeoutSeconds: TRANSFER_SECONDS,
      maxOutputBytes: 2_000,
    });
    if (result.exitCode !== 0)
      throw new HuxleyError(
        'sandbox.put',
        `Files could not be copied into ${folder}: ${result.stderr.trim() || `exit code ${result.exitCode}`}`,
        'Raise the size of that folder, or copy fewer files.',
      );
  }

  async exec(spec: ExecSpec): Promise<ExecResult> {
    spec.signal?.throwIfAborted();
    return await answered(runExec(this.#container, spec, () => (spec.user === 'root' ? this.#kill() : this.quiesce())));
  }

  /** One at a time, since each would kill the other's command. */
  async quiesce(): Promise<void> {
    const before = this.#quiet;
    const ended = before.then(() => answered(this.#endWork()));
    this.#quiet = ended.catch(() => undefined);
    await ended;
  }

  async copyOut(folder: string, limits: CopyLimits): Promise<readonly FileEntry[]> {
    const out = new PassThrough();
    const unpacked = unpackFiles(out, folder, limits);
    unpacked.catch(() => out.destroy());
    const reading = runExec(this.#container, { ...copyOutCommand(this.#tools.tar, folder, limits), sink: out }, () =>
      this.quiesce(),
    );
    const result = await answered(reading);
    out.end();
    const files = await unpacked;
    if (result.exitCode !== 0 && !(limits.only && result.exitCode === 2)) throw unreadable(folder, result.stderr);
    return files;
  }

  async archive(folder: string, paths: readonly string[], sink: Writable): Promise<void> {
    const command = [this.#tools.tar, '-c', '-C', folder, '-f', '-', '--', ...paths];
    const spec = { command, timeoutSeconds: ARCHIVE_SECONDS, maxOutputBytes: 2_000, sink };
    const { exitCode, stderr } = await answered(runExec(this.#container, spec, () => this.quiesce()));
    if (exitCode !== 0) throw unreadable(folder, stderr);
    sink.end();
  }

  remove(): Promise<void> {
    return this.#removal.now();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#removal.disposal();
  }

  /** Work that leaves no process for the command that ends it gets it raised; in the end the container dies with its work. */
  async #endWork(): Promise<void> {
    const started = performance.now();
    while (performance.now() - started < QUIESCE_SECONDS * 1000) {
      if (await this.#killWorker()) return;
      if (await isEnded(this.#container)) return;
      await this.#makeRoom();
      await sleep(50);
    }
    const full = await this.#isFull();
    await this.#kill();
    if (!full)
      throw new HuxleyError(
        'sandbox.exec',
        'What ran in a container could not be ended, though neither its processes nor its memory were used up',
        `Run ${commandLine('doctor')} to see whether the engine is well.`,
      );
  }

  /** Whether the work took so much of the container that no command could be started beside it. */
  async #isFull(): Promise<boolean> {
    try {
      const { pids_stats: tasks, memory_stats: memory } = await this.#container.stats({
        stream: false,
        'one-shot': true,
      });
      return (tasks?.current ?? 0) > this.#pids / 2 || memory.usage > 0.9 * memory.limit;
    } catch (error) {
      if (statusOf(error) !== undefined && (await isEnded(this.#container))) return true;
      throw error;
    }
  }

  /** Whether nothing of the worker's is left. Throws only where the engine does not answer. */
  async #killWorker(): Promise<boolean> {
    try {
      const exec = await this.#container.exec({
        Cmd: [this.#tools.sh, '-c', END_WORK],
        User: WORKER,
        AttachStdout: true,
      });
      const stream = await exec.start({});
      stream.resume();
      const ended = new Promise<void>((resolve) =>
        stream
          .once('close', resolve)
          .once('end', resolve)
          .once('error', () => resolve()),
      );
      await Promise.race([ended, sleep(KILL_SECONDS * 1000, undefined, { ref: false })]);
      stream.destroy();
      return (await exitCodeOf(exec)) === 0;
    } catch (error) {
      if (statusOf(error) === undefined) throw error;
      return false;
    }
  }

  async #makeRoom(): Promise<void> {
    if (this.#roomMade >= ROOM_TIMES) return;
    this.#roomMade++;
    try {
      await this.#container.update({ PidsLimit: this.#pids + this.#roomMade * ROOM });
    } catch (error) {
      // An engine or runtime that cannot change a limit in flight; the container is ended then.
      if (statusOf(error) === undefined) throw error;
    }
  }

  async #kill(): Promise<void> {
    try {
      await this.#container.kill({ signal: 'SIGKILL' });
    } catch (error) {
      if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
    }
  }
}

/** What the engine was asked, with its own trouble (it died, or answers with an error) as a HuxleyError `sandbox.engine`. */
export async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const trouble = statusOf(error) !== undefined || typeof (error as { code?: unknown }).code === 'string';
    if (error instanceof HuxleyError || !trouble) throw error;
    throw new HuxleyError(
      'sandbox.engine',
      `The Docker engine did not do what it was asked: ${messageOf(error)}`,
      `Run ${commandLine('doctor')} to see whether it is well.`,
      { cause: error },
    );
  }
}

function unreadable(folder: string, stderr: string): HuxleyError {
  return new HuxleyError(
    'sandbox.take',
    `Files of ${folder} could not be read: ${stderr.trim() || 'the container is gone'}`,
    'Look at what the work left there.',
  );
}

/** Names come on standard input, with every folder on the way, so that a folder that is a link is seen as one. */
function copyOutCommand(tar: string, folder: string, { only }: CopyLimits): ExecSpec {
  const names = new Set<string>();
  for (const path of only ?? []) {
    const segments = path.split('/');
    for (let depth = 1; depth <= segments.length; depth++) names.add(`./${segments.slice(0, depth).join('/')}`);
  }
  return {
    command: [tar, '-c', '-C', folder, '-f', '-', ...(only ? ['--no-recursion', '--null', '-T', '-'] : ['.'])],
    stdin: [...names].map((name) => `${name}\0`).join(''),
    timeoutSeconds: TRANSFER_SECONDS,
    maxOutputBytes: 2_000,
  };
}
