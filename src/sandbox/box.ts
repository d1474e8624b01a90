import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { HuxleyError } from '../model/error.ts';
import type { FileEntry } from '../model/file.ts';
import { statusOf } from './engine.ts';
import { exitCodeOf, runExec } from './exec.ts';
import { WORKER } from './hardening.ts';
import type { Box, ExecResult, ExecSpec, TakeLimits } from './port.ts';
import { packFiles, unpackFiles } from './tar.ts';

const TRANSFER_SECONDS = 120;

/** A running container. Its methods may be called concurrently. */
export class DockerBox implements Box {
  readonly id: string;
  readonly #container: Docker.Container;
  #removed: Promise<void> | undefined;

  constructor(container: Docker.Container) {
    this.id = container.id;
    this.#container = container;
  }

  async put(folder: string, files: readonly FileEntry[]): Promise<void> {
    const tar = await packFiles([{ folder: '', files, folderMode: 0o755 }]);
    const result = await this.exec({
      command: ['tar', '-x', '-C', folder, '-f', '-'],
      stdin: tar,
      timeoutSeconds: TRANSFER_SECONDS,
      maxOutputBytes: 2_000,
    });
    if (result.exitCode !== 0)
      throw new HuxleyError(
        'sandbox.put',
        `Files could not be laid into ${folder}: ${result.stderr.trim() || `exit code ${result.exitCode}`}`,
        'Raise the size of that folder, or lay fewer files.',
      );
  }

  async exec(spec: ExecSpec): Promise<ExecResult> {
    spec.signal?.throwIfAborted();
    return await runExec(this.#container, spec, () => this.quiesce());
  }

  async quiesce(): Promise<void> {
    if (!(await this.#killWorker().catch(() => false))) await this.#kill();
  }

  async take(folder: string, limits: TakeLimits): Promise<readonly FileEntry[]> {
    const out = new PassThrough();
    const unpacked = unpackFiles(out, folder, limits);
    unpacked.catch(() => out.destroy());
    const result = await runExec(this.#container, { ...takeCommand(folder, limits), sink: out }, () => this.quiesce());
    out.end();
    const files = await unpacked;
    if (result.exitCode !== 0 && !(limits.only && result.exitCode === 2))
      throw new HuxleyError(
        'sandbox.take',
        `Files of ${folder} could not be read: ${result.stderr.trim() || 'the container is gone'}`,
        'Look at what the work left there.',
      );
    return files;
  }

  remove(): Promise<void> {
    this.#removed ??= removeContainer(this.#container);
    return this.#removed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.remove();
  }

  /** `kill -1` reaches every process of the caller's user at once, and no process can fork its way out of it. */
  async #killWorker(): Promise<boolean> {
    const exec = await this.#container.exec({ Cmd: ['/bin/sh', '-c', 'kill -9 -1'], User: WORKER, AttachStdout: true });
    const stream = await exec.start({});
    stream.resume();
    const ended = new Promise<void>((resolve) =>
      stream
        .once('close', resolve)
        .once('end', resolve)
        .once('error', () => resolve()),
    );
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5_000).unref())]);
    stream.destroy();
    const exitCode = await exitCodeOf(exec);
    // 1: there was nothing to kill.
    return exitCode === 0 || exitCode === 1;
  }

  async #kill(): Promise<void> {
    try {
      await this.#container.kill({ signal: 'SIGKILL' });
    } catch (error) {
      if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
    }
  }
}

/** Names come on standard input, with every folder on the way, so that a folder that is a link is seen as one. */
function takeCommand(folder: string, { only }: TakeLimits): ExecSpec {
  const names = new Set<string>();
  for (const path of only ?? []) {
    const segments = path.split('/');
    for (let depth = 1; depth <= segments.length; depth++) names.add(`./${segments.slice(0, depth).join('/')}`);
  }
  return {
    command: ['tar', '-c', '-C', folder, '-f', '-', ...(only ? ['--no-recursion', '--null', '-T', '-'] : ['.'])],
    stdin: [...names].map((name) => `${name}\0`).join(''),
    timeoutSeconds: TRANSFER_SECONDS,
    maxOutputBytes: 2_000,
  };
}

async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (statusOf(error) === 404) return;
    // 409: the engine is removing it already, since its first process ended.
    if (statusOf(error) !== 409) throw error;
    await container.wait({ condition: 'removed' }).catch(() => undefined);
  }
}
