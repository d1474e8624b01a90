import type { Duplex, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError, messageOf } from '../model/error.ts';
import { isEnded, statusOf } from './engine.ts';
import { WORKER } from './hardening.ts';
import { CappedBuffer, Demultiplexer } from './output.ts';
import type { ExecResult, ExecSpec } from './port.ts';

/** Bytes over its cap at which a command counts as flooding and is killed. */
const FLOOD_BYTES = 64 * 1024 * 1024;
/** How often to look whether the command ended while something it started still holds its output. */
const POLL_MILLISECONDS = 1_000;
const EXIT_TRIES = 100;
/** Of the longest wait; the first is of one, and each is twice as long as the one before. */
const EXIT_WAIT_MILLISECONDS = 50;

interface InternalSpec extends ExecSpec {
  /** Where standard output goes instead of `stdout`, uncapped. */
  readonly sink?: Writable;
  /** Who of the image's it runs as, with the home of that user, in place of `user`. */
  readonly as?: string;
}

/**
 * Runs one command in a container.
 *
 * @param killWork ends everything the worker user runs there; called at the deadline, on a flood, on an abort, and when the
 * command ended but left something behind that holds its output open
 */
export async function runExec(
  container: Docker.Container,
  spec: InternalSpec,
  killWork: () => Promise<void>,
): Promise<ExecResult> {
  const started = performance.now();
  const output = { stdout: new CappedBuffer(spec.maxOutputBytes), stderr: new CappedBuffer(spec.maxOutputBytes) };
  const { exec, stream } = await start(container, spec);
  let killed: 'deadline' | 'flood' | 'abort' | 'leftover' | undefined;
  let killing: Promise<void> = Promise.resolve();
  let over = false;
  const kill = (reason: NonNullable<typeof killed>) => {
    if (over || killed !== undefined) return;
    killed = reason;
    killing = killWork().catch((error: Error) => void stream.destroy(error));
  };

  const demultiplexer = new Demultiplexer((name, chunk) => {
    if (name === 'stdout' && spec.sink) {
      if (!spec.sink.writableEnded && !spec.sink.destroyed && !spec.sink.write(chunk))
        pauseUntilDrained(stream, spec.sink);
      return;
    }
    output[name].add(chunk);
    if (output[name].dropped > FLOOD_BYTES) kill('flood');
  });
  const onAbort = () => kill('abort');
  const onSinkClose = () => kill('flood');
  const deadline = setTimeout(() => kill('deadline'), spec.timeoutSeconds * 1000);
  const poll = setInterval(async () => {
    const state = await exec.inspect().catch(() => undefined);
    if (state?.Running === false) setTimeout(() => kill('leftover'), POLL_MILLISECONDS / 4).unref();
  }, POLL_MILLISECONDS);
  spec.signal?.addEventListener('abort', onAbort);
  spec.sink?.once('close', onSinkClose);
  try {
    await new Promise<void>((resolve, reject) => {
      stream.on('data', (chunk: Buffer) => demultiplexer.write(chunk));
      stream.once('end', resolve).once('close', resolve);
      stream.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EPIPE' || error.code === 'ECONNRESET' ? resolve() : reject(error),
      );
      stream.end(spec.stdin ?? '');
    });
  } finally {
    over = true;
    clearTimeout(deadline);
    clearInterval(poll);
    spec.signal?.removeEventListener('abort', onAbort);
    spec.sink?.removeListener('close', onSinkClose);
    stream.destroy();
  }
  // What ends this command's work would end the next command's too.
  await killing;
  if (killed === 'abort')
    throw new HuxleyError(
      'sandbox.aborted',
      'A command in a container was stopped',
      'Start it again if it was not meant to stop.',
      {
        cause: spec.signal?.reason,
      },
    );
  const exitCode = killed === undefined || killed === 'leftover' ? await exitCodeOf(exec) : null;
  return {
    exitCode,
    stdout: output.stdout.toString(),
    stderr: output.stderr.toString(),
    truncated: output.stdout.dropped + output.stderr.dropped > 0,
    timedOut: killed === 'deadline',
    seconds: (performance.now() - started) / 1000,
  };
}

async function start(container: Docker.Container, spec: InternalSpec): Promise<{ exec: Docker.Exec; stream: Duplex }> {
  try {
    const exec = await container.exec({
      Cmd: [...spec.command],
      User: spec.as ?? (spec.user === 'root' ? '0:0' : WORKER),
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      ...(spec.cwd === undefined ? {} : { WorkingDir: spec.cwd }),
      Env: Object.entries({ ...(spec.as === undefined && { HOME: '/tmp' }), ...spec.env }).map(
        ([name, value]) => `${name}=${value}`,
      ),
    });
    return { exec, stream: await exec.start({ hijack: true, stdin: true }) };
  } catch (error) {
    if (statusOf(error) !== undefined && (await isEnded(container)))
      throw new HuxleyError(
        'sandbox.ended',
        `The container has ended, so '${spec.command[0]}' cannot be started in it`,
        'Look at what ran in it before: it may have used up all memory or processes.',
        { cause: error },
      );
    throw new HuxleyError(
      'sandbox.exec',
      `'${spec.command[0]}' cannot be started in the container: ${messageOf(error)}`,
      `Run ${commandLine('doctor')} to see whether the engine is well.`,
      { cause: error },
    );
  }
}

/** The exit code of a command whose output has ended; `null` when the container is gone. */
export async function exitCodeOf(exec: Docker.Exec): Promise<number | null> {
  try {
    // The engine ends the output a moment before it notes the exit.
    for (let attempt = 0; attempt < EXIT_TRIES; attempt++) {
      const { Running, ExitCode } = await exec.inspect();
      if (!Running) return ExitCode;
      await sleep(Math.min(2 ** attempt, EXIT_WAIT_MILLISECONDS));
    }
    return null;
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 409) return null;
    throw error;
  }
}

function pauseUntilDrained(stream: Duplex, sink: Writable): void {
  // What had come before the pause took effect is written too: one listener resumes for all.
  if (stream.isPaused()) return;
  stream.pause();
  sink.once('drain', () => stream.resume());
}
