import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Where a name leads. */
export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** IPv4 that is no public host's (IANA's special-purpose registry), and Azure's host address. */
const SPECIAL: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** IPv6 that is public is global unicast, without documentation, Teredo, 6to4 and the like, which lead elsewhere. */
const GLOBAL = '2000::/3';
const NOT_GLOBAL: readonly string[] = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

function listOf(networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address, prefix] = network.split('/');
    list.addSubnet(address!, Number(prefix), family);
  }
  return list;
}

const special = listOf(SPECIAL, 'ipv4');
const global = listOf([GLOBAL], 'ipv6');
const notGlobal = listOf(NOT_GLOBAL, 'ipv6');

/** Whether an address is a public host's: neither private, loopback, link-local nor the cloud's own, nor one of this machine's. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  if (own.some((one) => one.address === address)) return false;
  if (family === 4) return !special.check(address, 'ipv4');
  return global.check(address, 'ipv6') && !notGlobal.check(address, 'ipv6');
}

/**
 * The names that whoever runs the machine gives addresses by hand, such as a mirror in their own network: `name=address`, separated by
 * commas. They alone may be private.
 */
export function handWritten(text = process.env.HUXLEY_HOSTS ?? ''): ReadonlyMap<string, string> {
  return new Map(
    text
      .split(',')
      .map((pair) => pair.trim().split('='))
      .flatMap(([name, address]) =>
        name && address && isIP(address) !== 0 ? [[name.toLowerCase(), address] as const] : [],
      ),
  );
}

/** What looks a name up on this machine. */
export type Lookup = (name: string) => Promise<readonly Address[]>;

const lookUp: Lookup = async (name) => (await lookup(name, { all: true })) as Address[];

/**
 * The addresses that a connection to a name may go to. They are the ones that were checked: nobody may look the name up again.
 * @returns in words why there are none, where a name leads to a place that is not public
 */
export async function publicAddresses(name: string, look: Lookup = lookUp): Promise<readonly Address[] | string> {
  const given = handWritten().get(name);
  if (given !== undefined) return [{ address: given, family: isIP(given) as 4 | 6 }];
  const found = await look(name);
  const inside = found.find(({ address }) => !isPublic(address));
  if (inside !== undefined) return 'it leads to an address that is not public';
  return found.length > 0 ? found : 'it has no address';
}
