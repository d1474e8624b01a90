import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { HuxleyError } from '../../model/error.ts';
import { say } from './live.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** SIGPIPE stands for a reader of what is printed that has gone: a closed pipe, a terminal that hung up. */
type Cause = (typeof SIGNALS)[number] | 'SIGPIPE';

const CAUSES: Readonly<Record<Cause, string>> = {
  SIGINT: 'Ctrl-C',
  SIGTERM: 'SIGTERM',
  SIGHUP: 'SIGHUP',
  SIGPIPE: 'Nothing reads this output any more',
};

/** npm passes on a Ctrl-C that the terminal has sent to this process as well: not a person's second one. */
const ECHO_MS = 500;
const PATIENCE_SECONDS = 30;

/** Why a command ends that was interrupted. */
class Interrupted extends HuxleyError {
  constructor(cause: Cause) {
    super('cli.interrupted', `Interrupted (${cause}).`, 'Run the command again.');
  }
}

const controller = new AbortController();
/** Aborted by the first signal; for what waits on a person or a clock. */
export const interruption: AbortSignal = controller.signal;
let announcement: string | null = null;
let unwinds = false;
let patience = PATIENCE_SECONDS;
let first: { readonly cause: Cause; readonly at: number } | null = null;

/**
 * Makes signals and closed outputs end the process in order. A command that has asked for the signal by {@link interruptible}
 * unwinds by itself; every other ends at once, since it started nothing.
 */
export function listenForSignals(): void {
  for (const name of SIGNALS) process.on(name, () => interrupt(name));
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
      if (first === null) interrupt('SIGPIPE');
    });
}

/**
 * The signal that tells a command to end what it started and to throw, or return where an interruption is its usual end.
 *
 * @param ending what it is ending, for the person
 * @param seconds how long that may take before the process is ended by force; `null` for as long as it takes
 */
export function interruptible(ending: string, seconds: number | null = PATIENCE_SECONDS): AbortSignal {
  unwinds = true;
  patience = seconds ?? 0;
  announcement = ending;
  watchNpm();
  return controller.signal;
}

/** npm passes on neither SIGHUP nor, of course, its own sudden end: what it ran would go on unseen. */
function watchNpm(): void {
  const parent = process.ppid;
  if (!/^npm /.test(commandOf(parent))) return;
  const watch = () => process.ppid === parent || first !== null || interrupt('SIGHUP');
  setInterval(watch, 500).unref();
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
}

function interrupt(cause: Cause): void {
  if (first !== null) {
    if (cause === 'SIGPIPE' || performance.now() - first.at < ECHO_MS) return;
    say('Ended at once. The next command removes containers that are left.');
    end(first.cause);
  }
  first = { cause, at: performance.now() };
  if (!unwinds) end(cause);
  if (announcement !== null) say(`${CAUSES[cause]}: ${announcement} Once more ends it at once.`);
  if (patience > 0)
    setTimeout(() => {
      say(`Something did not end within ${patience} s; ended by force.`);
      end(cause);
    }, patience * 1_000).unref();
  controller.abort(new Interrupted(cause));
}

/** Ends the process as its signal would have, for whoever started it, if it was interrupted. */
export function endInterrupted(): void {
  if (first !== null) end(first.cause);
}

function end(cause: Cause): never {
  // A process that dies of a signal does not give the terminal back.
  if (process.stdin.isTTY && process.stdin.isRaw) process.stdin.setRawMode(false);
  if (cause !== 'SIGPIPE')
    process.on('exit', () => {
      process.removeAllListeners(cause);
      process.kill(process.pid, cause);
    });
  process.exit(128 + constants.signals[cause]);
}

/** Resolves once an interruptible command is told to end. */
export function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
