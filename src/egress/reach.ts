import { connect, type LookupFunction } from 'node:net';
import { messageOf } from '../model/error.ts';
import { type AllowedHost, canonicalName } from '../model/network/hosts.ts';
import { type Address, type Lookup, publicAddresses } from './addresses.ts';

const PATIENCE_MILLISECONDS = 15_000;
/**
 * What tells of the network or of who is at its other end. Not among them is what this machine runs short of, be it descriptors, ports
 * or memory: whoever runs on it can bring that about.
 */
const OUTSIDE =
  /^(ENOTFOUND|ECONNREFUSED|ECONNRESET|EHOSTDOWN|EHOSTUNREACH|ENETDOWN|ENETUNREACH|EPROTO|ETIMEDOUT|no answer)$/;

/** What a connection is made by: the name is there to be shown alone. */
export function placeOf(written: string, port: string, found: readonly Address[]) {
  const lookup: LookupFunction = (_name, { all }, done) => {
    if (all) done(null, [...found]);
    else done(null, found[0]!.address, found[0]!.family);
  };
  return { host: canonicalName(written)!, port: Number(port), lookup, autoSelectFamily: true };
}

/**
 * A host that this machine does not reach, with the reason; null where there is none. Names below a star are not asked for.
 * @param outside whether what this machine runs short of is no reason
 */
export async function outOfReach(
  hosts: readonly AllowedHost[],
  { look, outside = false }: { readonly look?: Lookup | undefined; readonly outside?: boolean } = {},
): Promise<string | null> {
  const named = hosts.filter(({ name }) => !name.includes('*'));
  const whys = await Promise.all(named.map(({ name, port }) => whyNot(name, port, look, outside)));
  const at = whys.findIndex((why) => why !== null);
  return at < 0 ? null : `${named[at]!.name}:${named[at]!.port} (${whys[at]})`;
}

async function whyNot(name: string, port: number, look: Lookup | undefined, outside: boolean): Promise<string | null> {
  try {
    const found = await publicAddresses(name, look);
    if (typeof found === 'string') return found;
    await new Promise<void>((done, fail) => {
      const socket = connect(placeOf(name, String(port), found));
      socket.setTimeout(PATIENCE_MILLISECONDS, () => socket.destroy(new Error('no answer')));
      socket.on('error', fail);
      socket.on('connect', () => {
        done();
        socket.destroy();
      });
    });
    return null;
  } catch (error) {
    // Of a name with several addresses each one's.
    const all = error instanceof AggregateError ? error.errors.map(codeOf) : [codeOf(error)];
    return !outside || all.every((code) => OUTSIDE.test(code)) ? codeOf(error) : null;
  }
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? messageOf(error).slice(0, 100);
}
