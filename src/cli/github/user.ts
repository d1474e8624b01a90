import { execFile } from 'node:child_process';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { Octokit } from '@octokit/rest';
import { apiAddress } from '../../model/network/github-address.ts';
import { isHere } from '../../model/network/here.ts';

const run = promisify(execFile);

/** Where a checkout comes from. */
export interface Origin {
  /** `owner/name`. */
  readonly repository: string;
  /** E.g. `https://github.com`. */
  readonly webURL: string;
  /** E.g. `https://api.github.com`, or `<webURL>/api/v3` of an Enterprise Server. */
  readonly apiURL: string;
}

/** The repository that remote `origin` of a checkout names; null without one. `GITHUB_API_URL` goes before what its address says. */
export async function originOf(folder: string, env: NodeJS.ProcessEnv = process.env): Promise<Origin | null> {
  const { stdout } = await run('git', ['-C', folder, 'remote', 'get-url', 'origin']).catch(() => ({ stdout: '' }));
  const remote = stdout.trim();
  const host = SSH.exec(remote)?.groups?.host;
  return parseRemote(host === undefined ? remote : remote.replace(host, await hostNamed(host, env)), env);
}

/** The host that a name means to ssh: the person's `~/.ssh/config` may have another for it. A way around by this machine or an address is none. */
async function hostNamed(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  if (/(^|\.)github\.com$|\.ghe\.com$/.test(name)) return name;
  const { stdout } = await run('ssh', ['-G', name], { env, timeout: 5_000 }).catch(() => ({ stdout: '' }));
  const host = /^hostname (\S+)$/m.exec(stdout)?.[1] ?? name;
  return isIP(host) !== 0 || isHere(host) ? name : host;
}

const SSH =
  /^(?:ssh:\/\/(?:[^@/]+@)?(?<host>\w[^/:@]*)(?::\d+)?\/|(?:[^@/:]+@)?(?<host>\w[^/:@]*):\/?)(?<repository>[\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/;

/** Reads `https://host/owner/name(.git)`, `user@host:owner/name(.git)` and `ssh://user@host/owner/name(.git)`; null for anything else. */
export function parseRemote(remote: string, env: NodeJS.ProcessEnv = {}): Origin | null {
  const match =
    /^(?<scheme>https?):\/\/(?:[^@/]*@)?(?<host>[^/]+)\/(?<repository>[\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(remote) ??
    SSH.exec(remote);
  if (!match) return null;
  const {
    scheme = 'https',
    host: named,
    repository,
  } = match.groups as Record<'scheme' | 'host' | 'repository', string>;
  const host = named.replace(/^(www|ssh)\.(?=github\.com$)/, '');
  const webURL = `${scheme}://${host}`;
  return { repository, webURL, apiURL: env.GITHUB_API_URL || apiAddress(webURL) };
}

/**
 * The token of the person at this terminal: what the environment has for that host, by the names that `gh` knows, else what `gh` is
 * signed in with; null without any. No token goes to another host than its own, nor in the clear over a network.
 */
export async function userToken({ webURL }: Pick<Origin, 'webURL'>, env: NodeJS.ProcessEnv = process.env) {
  const { host, hostname, protocol } = new URL(webURL);
  const here = isHere(hostname);
  if (protocol !== 'https:' && !here) return null;
  const isNamed = host === env.GH_HOST || (env.GITHUB_API_URL !== undefined && hostOf(env.GITHUB_API_URL) === host);
  const isUsual = here || isNamed || hostname === 'github.com' || hostname.endsWith('.ghe.com');
  const set = isUsual ? env.GH_TOKEN || env.GITHUB_TOKEN : env.GH_ENTERPRISE_TOKEN || env.GITHUB_ENTERPRISE_TOKEN;
  if (set) return set;
  const { stdout } = await run('gh', ['auth', 'token', '--hostname', host], { env }).catch(() => ({ stdout: '' }));
  return stdout.trim() || null;
}

/** The host of pages whose API is at an address; null where it is none. */
function hostOf(apiURL: string): string | null {
  return URL.canParse(apiURL) ? new URL(apiURL).host.replace(/^api\.(?=github\.com$|[^.]+\.ghe\.com$)/, '') : null;
}

/** GitHub as that person reaches it; null without a token. */
export async function openUser(origin: Origin, env: NodeJS.ProcessEnv = process.env): Promise<Octokit | null> {
  const auth = await userToken(origin, env);
  return auth === null ? null : new Octokit({ auth, baseUrl: origin.apiURL, log: SILENT });
}

/** What is refused is said in a command's own words. */
export const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
