import { spawn } from 'node:child_process';
import { HuxleyError } from '../../../model/error.ts';
import { canAsk } from '../../terminal/ask.ts';
import { interruption } from '../../terminal/interruption.ts';

/** Neither a window for a password nor another program that asks for one. */
const ASKS_NOTHING = { GIT_ASKPASS: '', SSH_ASKPASS_REQUIRE: 'never', GCM_INTERACTIVE: 'never' } as const;

/**
 * Runs git in a checkout as the person would: with their configuration, hooks and credentials. Gives what it printed.
 * @param seconds how long it may take; then it asks nothing, whatever remote it speaks to
 * @throws HuxleyError `init.git` with git's own words
 */
export async function git(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  seconds?: number,
) {
  const bounded = seconds !== undefined;
  const child = spawn('git', args, {
    cwd: root,
    // Where nobody can answer, git must not ask for a password.
    env: {
      ...process.env,
      ...(canAsk() && !bounded ? {} : { GIT_TERMINAL_PROMPT: '0' }),
      ...(bounded ? ASKS_NOTHING : {}),
      ...env,
    },
    // A session of its own has no terminal that ssh could ask on, and ends with all that git started.
    detached: bounded,
    stdio: [bounded ? 'ignore' : 'inherit', 'pipe', 'pipe'],
  });
  if (bounded) {
    const end = () => {
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // It has ended.
      }
    };
    const limit = AbortSignal.any([interruption, AbortSignal.timeout(seconds * 1_000)]);
    limit.addEventListener('abort', end);
    child.on('close', () => limit.removeEventListener('abort', end));
  }
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code === 0) return Buffer.concat(out).toString().trim();
  throw new HuxleyError(
    'init.git',
    `git ${args[0]} failed: ${Buffer.concat(err).toString().trim().slice(-600)}`,
    'Fix that, and run the same command again: it completes what is missing.',
  );
}

/** Files that the last commit has under some paths; none before the first commit. */
export async function committedIn(root: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const out = await tryGit(root, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', 'HEAD', '--', ...paths]);
  return new Set(out?.split('\0'));
}

/** Those of some files that the last commit does not have as they are, whatever `.gitignore` says of them. */
export async function uncommitted(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const committed = await committedIn(root, paths);
  const differ = await tryGit(root, ['diff', '--name-only', '-z', '--no-renames', 'HEAD', '--', ...paths]);
  const changed = new Set(differ?.split('\0'));
  return paths.filter((path) => !committed.has(path) || changed.has(path));
}

/** Those of some files that git leaves out unless it is told not to. */
export async function ignored(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const out = await tryGit(root, ['check-ignore', '--', ...paths]);
  return out?.split('\n') ?? [];
}

/** The same where a failure is an answer: null. */
export async function tryGit(root: string, args: readonly string[]): Promise<string | null> {
  return git(root, args).catch(() => null);
}
