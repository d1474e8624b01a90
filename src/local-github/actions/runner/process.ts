import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds a cancelled process gets after SIGINT, and then after SIGTERM, before its group is killed. */
export interface Grace {
  readonly interrupt: number;
  readonly terminate: number;
}

/** What GitHub's runner gives. Source: actions/runner, ProcessInvoker. */
export const GRACE: Grace = { interrupt: 7_500, terminate: 2_500 };

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  /** Ends the process: SIGINT, SIGTERM, then SIGKILL to its whole group. */
  readonly signal: AbortSignal;
  readonly grace: Grace;
  /** Told the process group, which may outlive the process. */
  readonly onGroup?: (group: number) => void;
}

const groups = new Set<number>();
// However this process ends, short of being killed: what it runs for others ends with it.
process.on('exit', () => groups.forEach(killGroup));

/** Runs a command as its own process group; resolves to its exit code, or 128 plus the signal's usual meaning (130). */
export async function runCommand(command: Command): Promise<number> {
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error));
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  // A program that cannot be started fails both; one answer is enough, and later errors have no other listener.
  exited.catch(() => undefined);
  child.on('error', () => undefined);
  const closed = Promise.all(
    [child.stdout, child.stderr].map(async (stream) => {
      for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
        command.onLine(line);
    }),
  );
  await Promise.race([once(child, 'spawn'), failed]);
  const group = child.pid!;
  groups.add(group);
  command.onGroup?.(group);
  const stop = async () => {
    child.kill('SIGINT');
    if (await within(exited, command.grace.interrupt)) return;
    child.kill('SIGTERM');
    if (await within(exited, command.grace.terminate)) return;
    killGroup(group);
  };
  const onAbort = () => void stop();
  if (command.signal.aborted) onAbort();
  else command.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const [code] = await exited;
    if (command.signal.aborted) killGroup(group);
    await within(closed, 1_000);
    return code ?? 130;
  } finally {
    command.signal.removeEventListener('abort', onAbort);
    groups.delete(group);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Kills whatever is left of a process group. */
export function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function within(done: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(milliseconds, false, { signal: timer.signal, ref: false }).catch(() => false);
  const result = await Promise.race([done.then(() => true), late]);
  timer.abort();
  return result;
}
