import { projectPath } from '../environment/project.ts';
import type { AllowedHost } from '../model/network/hosts.ts';
import { type Egress, openEgress, SOCKET } from './proxy.ts';

const FOLDER = '/huxley/egress';
const FORWARDER = '/huxley/egress.mjs';
/** Loopback port the proxy is at, inside of a container. */
const PORT = 8788;

/** How a container reaches the hosts it may reach; without any, nothing is changed. */
export interface Proxied extends Disposable {
  readonly mounts: readonly { readonly source: string; readonly target: string }[];
  /** What tells programs of the proxy. */
  readonly env: Readonly<Record<string, string>>;
  /** The command line that runs a command with the proxy at hand; how it ends is in the hands of whoever may signal it. */
  command(node: string, command: readonly string[]): readonly string[];
  /** The command line that puts the proxy at hand for all that is run after it; null where there is none. */
  beside(node: string): readonly string[] | null;
  /** As `Egress`. */
  said(): string;
  unreachable(): Promise<string | null>;
}

const NONE: Proxied = {
  mounts: [],
  env: {},
  command: (_node, command) => command,
  beside: () => null,
  said: () => '',
  unreachable: async () => null,
  [Symbol.dispose]() {},
};

/** Opens the way to some hosts for one container, which has no network of its own. */
export async function openProxied(hosts: readonly AllowedHost[]): Promise<Proxied> {
  if (hosts.length === 0) return NONE;
  const egress: Egress = await openEgress(hosts);
  const at = `http://127.0.0.1:${PORT}`;
  const beside = (node: string) => [node, FORWARDER, `${FOLDER}/${SOCKET}`, String(PORT)];
  // Not `::1`: some clients take that for a host with a port, and refuse to start.
  const around = '127.0.0.1,localhost';
  return {
    mounts: [
      { source: egress.folder, target: FOLDER },
      { source: projectPath('src', 'gateway', 'forwarder.mjs'), target: FORWARDER },
    ],
    env: {
      ...{ HTTP_PROXY: at, HTTPS_PROXY: at, NO_PROXY: around },
      ...{ http_proxy: at, https_proxy: at, no_proxy: around },
      NODE_USE_ENV_PROXY: '1',
    },
    command: (node, command) => [...beside(node), ...command],
    beside,
    said: () => egress.said(),
    unreachable: () => egress.unreachable(),
    [Symbol.dispose]: () => egress[Symbol.dispose](),
  };
}
