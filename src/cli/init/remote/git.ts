import { spawn } from 'node:child_process';
import { HuxleyError } from '../../../model/error.ts';
import { canAsk } from '../../terminal/ask.ts';

/**
 * Runs git in a checkout as the person would: with their configuration, hooks and credentials. Gives what it printed.
 * @throws HuxleyError `init.git` with git's own words
 */
export async function git(root: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn('git', args, {
    cwd: root,
    // Where nobody can answer, git must not ask for a password.
    env: { ...process.env, ...(canAsk() ? {} : { GIT_TERMINAL_PROMPT: '0' }), ...env },
    stdio: ['inherit', 'pipe', 'pipe'],
  });
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

/** Files that the last commit has in some folders; none before the first commit. */
export async function committedIn(root: string, folders: readonly string[]): Promise<ReadonlySet<string>> {
  const out = await tryGit(root, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', 'HEAD', '--', ...folders]);
  return new Set(out?.split('\0'));
}

/** Those of some paths that the last commit does not have as they are. */
export async function uncommitted(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const out = await git(root, ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=all', '--', ...paths]);
  const changed = new Set(out.split('\0').map((line) => line.replace(/^.?. /, '')));
  return paths.filter((path) => changed.has(path));
}

/** The same where a failure is an answer: null. */
export async function tryGit(root: string, args: readonly string[]): Promise<string | null> {
  return git(root, args).catch(() => null);
}
