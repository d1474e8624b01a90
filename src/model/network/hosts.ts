/** A host that a container may reach at one port, by a name in lower case; `*.` in front stands for one or more labels. */
export interface AllowedHost {
  readonly name: string;
  readonly port: number;
}

/** What a task may reach, by what it does. */
export interface NetworkHosts {
  readonly agent: readonly string[];
  readonly verifier: readonly string[];
}

const DEFAULT_PORT = 443;
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^((?:\\*\\.)?${LABEL}(?:\\.${LABEL})*)(?::([1-9]\\d{0,4}))?$`);

/** A host as it is written down: a name with `*.` in front or not, and a port, 443 without. Null for anything else, addresses among it. */
export function parseHost(text: string): AllowedHost | null {
  const [, name, port] = HOST.exec(text.toLowerCase()) ?? [];
  if (name === undefined || name.length > 253 || isAddress(name) || Number(port ?? 1) > 65_535) return null;
  return { name, port: port === undefined ? DEFAULT_PORT : Number(port) };
}

/** A name of numbers alone is an address to whoever resolves it, in decimal or hexadecimal. */
function isAddress(name: string): boolean {
  return /(^|\.)(\d+|0x[0-9a-f]*)$/.test(name);
}

/** A name as programs spell it, in the one way it is compared: lower case, without the dot that ends it. Null for what is no name. */
export function canonicalName(name: string): string | null {
  const parsed = parseHost(name.replace(/\.$/, ''));
  return parsed === null || name.includes(':') || name.includes('*') ? null : parsed.name;
}

function covers(pattern: string, name: string): boolean {
  return pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1)));
}

/** @param name in the way `canonicalName` spells it */
export function isAllowed(hosts: readonly AllowedHost[], name: string, port: number): boolean {
  return hosts.some((host) => host.port === port && covers(host.name, name));
}

/** What of the allowed hosts is wanted, and what is wanted and not allowed; of a wanted host without a port any that is allowed counts. */
export function narrowed(
  allowed: readonly AllowedHost[],
  wanted: readonly string[],
): { readonly hosts: readonly AllowedHost[]; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const hosts = wanted.flatMap((text) => {
    const one = parseHost(text);
    const name = one?.name;
    const found =
      name === undefined
        ? []
        : allowed
            .filter(({ port }) => !text.includes(':') || port === one!.port)
            .flatMap((host) => (covers(host.name, name) ? [{ ...host, name }] : covers(name, host.name) ? [host] : []));
    if (found.length === 0) missing.push(text);
    return found;
  });
  return { hosts, missing };
}
