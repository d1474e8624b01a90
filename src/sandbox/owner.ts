import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process of which machine something belongs to, so that leftovers of a dead one can be told from the work of a live one. */
export interface Owner {
  readonly host: string;
  /** Changes with every start of the machine. */
  readonly boot: string;
  /** Process numbers mean something within one namespace only. */
  readonly namespace: string;
  readonly pid: number;
  /** Clock ticks from boot to the start of the process: tells a reused number from the process that had it. */
  readonly start: string;
}

export function thisProcess(): Owner {
  return {
    host: hostname(),
    boot: read('/proc/sys/kernel/random/boot_id') ?? 'unknown',
    namespace: link('/proc/self/ns/pid') ?? 'unknown',
    pid: process.pid,
    start: startOf(process.pid) ?? 'unknown',
  };
}

/** Whether the owner is certainly gone, as seen from another process. Owners that cannot be judged from here count as alive. */
export function isGone(owner: Owner, from: Owner = thisProcess()): boolean {
  if (owner.host !== from.host) return false;
  if (owner.boot !== from.boot) return true;
  if (owner.namespace !== from.namespace) return false;
  return startOf(owner.pid) !== owner.start;
}

export function ownerToString(owner: Owner): string {
  return [owner.host, owner.boot, owner.namespace, owner.pid, owner.start].join('|');
}

export function parseOwner(text: string): Owner | undefined {
  const [host, boot, namespace, pid, start, ...rest] = text.split('|');
  if (!host || !boot || !namespace || !start || rest.length > 0 || !/^\d+$/.test(pid ?? '')) return undefined;
  return { host, boot, namespace, pid: Number(pid), start };
}

/** Field 22 of `/proc/<pid>/stat` (proc(5)); the command name before it may hold spaces and parentheses. */
function startOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
