import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';

/** Why an engine was not taken: what connecting to it said. */
export interface Unreachable {
  readonly socket: string | null;
  readonly trouble: string;
}

export interface Advice {
  /** One clause a socket, for people. */
  readonly tried: string;
  /** The one thing to do about an engine that is there; `null` where none seems to be. */
  readonly remedy: string | null;
}

/** What engines that can't be used say, and what to do about the first that is there. */
export function adviceOn(engines: readonly Unreachable[], dockerHost = process.env.DOCKER_HOST): Advice {
  const named = engines.map((engine) => ({ ...engine, name: engine.socket ?? `DOCKER_HOST=${dockerHost}` }));
  const advice = named.map(({ name, socket, trouble }) => explain(name, socket ?? pathOf(dockerHost), trouble));
  return {
    tried: advice.map(({ tried }) => tried).join('; '),
    remedy: advice.find(({ remedy }) => remedy !== null)?.remedy ?? null,
  };
}

function explain(name: string, path: string | undefined, trouble: string): Advice {
  switch (trouble) {
    case 'EACCES':
    case 'EPERM':
      return { tried: `this user may not use ${name}`, remedy: joinGroup(path) };
    case 'ENOENT':
      return { tried: `${name} is not there`, remedy: null };
    case 'ECONNREFUSED':
      return { tried: `nobody listens on ${name}`, remedy: null };
    default:
      return {
        tried: `${name}: ${trouble}`,
        remedy: `Restart that Docker engine (\`systemctl restart docker\`), or point DOCKER_HOST at another.`,
      };
  }
}

function joinGroup(path: string | undefined): string {
  const group = path === undefined ? undefined : groupOf(path);
  const user = userName();
  if (group === undefined || group === 'root') return 'Run this as a user who may use it, or as root (`sudo`).';
  return `It belongs to the group ${group}: run \`sudo usermod -aG ${group} ${user}\`, then log in again.`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '$USER';
  }
}

/** Name of the group a file belongs to, or its number where it has no name here. */
function groupOf(path: string): string | undefined {
  try {
    const { gid } = statSync(path);
    const line = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find((each) => each.split(':')[2] === String(gid));
    return line?.split(':')[0] ?? String(gid);
  } catch {
    return undefined;
  }
}

function pathOf(dockerHost: string | undefined): string | undefined {
  return dockerHost?.startsWith('unix://') ? dockerHost.slice('unix://'.length) : undefined;
}
