import type { AppCredentials } from '../../app/connect.ts';
import { WEBHOOK_PATH } from '../../app/server.ts';
import { openChannel, SMEE } from '../../app/smee/channel.ts';
import { type ForwardSpec, forward } from '../../app/smee/forward.ts';
import { webhookAddress } from '../../app/webhook-address.ts';
import { keepRelay, keptRelay } from '../../environment/app-file.ts';
import { commandLine } from '../../model/command-line.ts';
import { messageOf } from '../../model/error.ts';
import { addressIn, type ServeOptions } from './options.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The relay that `--smee` asks for: a server or a channel; null for none, which an empty variable means too. @throws HuxleyError `cli.bad-address` */
export function relayOf({ smee }: ServeOptions): string | null {
  return !smee ? null : smee === true ? SMEE : addressIn('--smee', smee);
}

/** Has the App's events sent to a channel, and forwards them from there until the signal comes. The channel is kept for the next start. */
export async function forwardFrom(
  relay: string,
  env: Environment,
  { log, webhookSecret, ...credentials }: AppCredentials,
  { target, signal }: Pick<ForwardSpec, 'target' | 'signal'>,
): Promise<void> {
  const address = await webhookAddress({ ...credentials, webhookSecret, log });
  const channel = await openChannel(relay, address.url);
  if (address.url !== channel) {
    await address.set(channel);
    log.info({ from: address.url, to: channel }, 'changed where the App sends its events');
  }
  keepRelay(env, channel);
  void forward({ channel, target, secret: webhookSecret, log, signal });
}

/**
 * Where no relay is asked for: forwards from the one that is kept if GitHub still sends events there, and otherwise warns where they
 * seem to go past this server. Changes nothing on GitHub; never throws.
 */
export async function forwardAsBefore(
  env: Environment,
  { log, webhookSecret, ...credentials }: AppCredentials,
  { target, signal }: Pick<ForwardSpec, 'target' | 'signal'>,
): Promise<void> {
  const kept = keptRelay(env);
  const url = await webhookAddress({ ...credentials, webhookSecret, log }).then(
    (address) => address.url,
    (error) => {
      log.warn({ reason: messageOf(error) }, 'GitHub does not say where it sends events');
      return kept;
    },
  );
  if (url === null) return;
  if (kept !== null && originOf(kept) === originOf(url))
    return forward({ channel: url, target, secret: webhookSecret, log, signal });
  const own = env.HUXLEY_URL ? new URL(WEBHOOK_PATH, env.HUXLEY_URL).href : null;
  if (originOf(url) === SMEE)
    log.warn({ url }, `GitHub sends events to a relay that nobody listens to: use ${commandLine('serve --smee')}`);
  else if (own !== null && url !== own)
    log.warn({ url, own }, 'GitHub sends events to another address than this server’s');
}

const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : null);
