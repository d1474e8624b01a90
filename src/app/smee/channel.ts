import { HuxleyError, messageOf } from '../../model/error.ts';

export const SMEE = 'https://smee.io';

/** Whether an address names a relay's server rather than one of its channels. */
const isServer = (url: string) => new URL(url).pathname === '/';

/** Whether what hears of events now is a channel of that server. */
const isChannelOf = (server: string, url: string) =>
  URL.canParse(url) && new URL(url).origin === new URL(server).origin && !isServer(url);

/**
 * The channel to listen to: the one that is named; else the one at that server which the App sends its events to already; else a new one.
 *
 * @param relay a server, e.g. `https://smee.io`, or a channel of one
 * @param current where the App sends its events now
 * @throws HuxleyError `smee.unreached`
 */
export async function openChannel(relay: string, current = ''): Promise<string> {
  if (!isServer(relay)) return relay;
  if (isChannelOf(relay, current)) return current;
  const address = new URL('/new', relay);
  const answer = await fetch(address, {
    method: 'HEAD',
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  }).catch((error) => {
    throw unreached(address.href, messageOf(error.cause ?? error));
  });
  const channel = new URL(answer.headers.get('location') ?? '/', relay);
  if (isServer(channel.href)) throw unreached(address.href, `it answers ${answer.status} and does not name a channel`);
  return channel.href;
}

function unreached(address: string, why: string): HuxleyError {
  return new HuxleyError(
    'smee.unreached',
    `${address} did not give a channel: ${why}.`,
    'Open it in a browser, and give the channel it leads to after `--smee`.',
  );
}
