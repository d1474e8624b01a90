import type { AppCredentials } from '../../app/connect.ts';
import { openChannel, SMEE } from '../../app/smee/channel.ts';
import { type ForwardSpec, forward } from '../../app/smee/forward.ts';
import { webhookAddress } from '../../app/webhook-address.ts';
import { addressIn, type ServeOptions } from './options.ts';

/** The relay that `--smee` asks for: a server or a channel; null for none, which an empty variable means too. @throws HuxleyError `cli.bad-address` */
export function relayOf({ smee }: ServeOptions): string | null {
  return !smee ? null : smee === true ? SMEE : addressIn('--smee', smee);
}

/** Has the App's events sent to a channel, and forwards them from there until the signal comes. */
export async function forwardFrom(
  relay: string,
  { log, webhookSecret, ...credentials }: AppCredentials,
  { target, signal }: Pick<ForwardSpec, 'target' | 'signal'>,
): Promise<void> {
  const address = await webhookAddress({ ...credentials, webhookSecret, log });
  const channel = await openChannel(relay, address.url);
  if (address.url !== channel) {
    await address.set(channel);
    log.info({ from: address.url, to: channel }, 'changed where the App sends its events');
  }
  void forward({ channel, target, secret: webhookSecret, log, signal });
}
