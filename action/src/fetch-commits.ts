import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { proxyVariables } from '../../src/environment/network/proxy.ts';
import { runGit } from '../../src/job/tree/run-git.ts';

/**
 * Fetches commits into a bare repository of its own: nothing of the workspace's git configuration takes part. The token
 * travels in git's environment, never on a command line.
 */
export async function fetchCommits(
  remote: string,
  token: string,
  temp: string,
  commits: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  mkdirSync(temp, { recursive: true });
  const folder = mkdtempSync(join(temp, 'huxley-git-'));
  await runGit(folder, ['init', '-q', '--bare', '.']);
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const env: Record<string, string> =
    token === ''
      ? {}
      : { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: `http.${remote}.extraheader`, GIT_CONFIG_VALUE_0: header };
  const fetch = ['fetch', '-q', '--no-tags', '--depth=1', remote, ...commits];
  await runGit(folder, fetch, { env: { ...proxyVariables(process.env), ...env }, signal });
  return folder;
}
