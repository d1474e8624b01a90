import { spawn } from 'node:child_process';
import { HuxleyError } from '../../model/error.ts';

/** Settings no repository may override: git runs no hook, filter or helper of what it reads. */
const QUIET = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'protocol.ext.allow=never'];

export interface GitOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Exit codes that are not errors besides 0. */
  readonly allow?: readonly number[];
}

/** Runs git in a folder and returns its standard output. Throws HuxleyError `job.git` with git's own words. */
export async function runGit(folder: string, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  const { code, out, err } = await gitOutcome(folder, args, options);
  if (code === 0 || (code !== null && options.allow?.includes(code))) return out;
  throw new HuxleyError(
    'job.git',
    `git ${args[0]} failed (${code ?? 'killed'}): ${err.toString().trim().slice(0, 1_000)}`,
    'Check that the commit exists and that the token may read the repository.',
  );
}

/** Runs git in a folder; `code` is null where it was killed. */
export async function gitOutcome(
  folder: string,
  args: readonly string[],
  options: Omit<GitOptions, 'allow'> = {},
): Promise<{ readonly code: number | null; readonly out: Buffer; readonly err: Buffer }> {
  const child = spawn('git', [...QUIET, ...args], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      LC_ALL: 'C',
      ...options.env,
    },
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, out: Buffer.concat(out), err: Buffer.concat(err) };
}
