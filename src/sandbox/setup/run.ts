import { spawn } from 'node:child_process';
import { HuxleyError } from '../../model/error.ts';

/**
 * Runs a program to its end and gives its standard output; an aborted `signal` ends it first.
 *
 * @throws HuxleyError `setup.command` with the end of what it printed, or the signal's reason
 */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string; readonly signal?: AbortSignal } = {},
): Promise<string> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout: Buffer[] = [];
  let tail = '';
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      tail = (tail + chunk.toString()).slice(-2_000);
    });
  const code = await new Promise<number | string>((resolve) => {
    // An aborted child still runs: it has ended once it is closed.
    child.once('error', (error) => error.name === 'AbortError' || resolve(error.message));
    child.once('close', (exit, signal) => resolve(exit ?? signal ?? 'unknown'));
  });
  options.signal?.throwIfAborted();
  if (code !== 0)
    throw new HuxleyError(
      'setup.command',
      `\`${[command, ...args].join(' ').slice(0, 200)}\` failed (${code}): ${tail.trim().split('\n').slice(-4).join(' / ')}`,
      'Run it by hand to see why, then try again.',
    );
  return Buffer.concat(stdout).toString();
}
