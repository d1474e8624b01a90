import { startRegistration } from '../../app/register/register.ts';
import { WEBHOOK_PATH } from '../../app/server.ts';
import { openChannel } from '../../app/smee/channel.ts';
import { readUnregistered } from '../../environment/app.ts';
import { type AppFile, writeAppFile } from '../../environment/app-file.ts';
import { interrupted } from '../terminal/interruption.ts';
import { say } from '../terminal/live.ts';
import type { ServeOptions } from './options.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment with an App's credentials. Where there are none, a person registers the App first, on a page of this server; null where
 * the signal comes before that.
 */
export async function withApp(
  env: Environment,
  relay: string | null,
  options: ServeOptions,
  signal: AbortSignal,
): Promise<Environment | null> {
  const unregistered = readUnregistered(env);
  if (unregistered === null) return env;
  const { host, port, apiURL, url } = unregistered;
  const channel = relay === null ? null : await openChannel(relay);
  await using registration = await startRegistration({
    // Only this machine reaches the page unless it is said that others are to.
    host: host ?? '127.0.0.1',
    port,
    apiURL,
    url,
    channel,
    webhookPath: WEBHOOK_PATH,
    organization: options.organization ?? null,
    trustProxy: options.trustProxy === true,
    keep(app) {
      if (options.printCredentials) return;
      const path = writeAppFile(env, channel === null ? app : { ...app, relay: channel });
      say(`Keeps the App's credentials in ${path}.`);
    },
  });
  say(
    'The App is not registered yet. Open this address to have GitHub create it; the account that opens it owns the App:',
  );
  for (const address of registration.addresses) say(`  ${address}`);
  const app = await Promise.race([registration.registered, interrupted(signal).then(() => null)]);
  if (app === null) return null;
  const listens = { ...env, PORT: String(registration.port) };
  if (!options.printCredentials) return listens;
  const variables = { ...variablesOf(app, url), ...(channel !== null && { HUXLEY_SMEE: channel }) };
  for (const [name, value] of Object.entries(variables)) process.stdout.write(`${name}=${quoted(value)}\n`);
  return { ...listens, ...variables };
}

/** As {@link readDeployment} takes them. People sign in with the client only where they have an address. */
function variablesOf(app: AppFile, url: string | null): Readonly<Record<string, string>> {
  return {
    APP_ID: String(app.appId),
    PRIVATE_KEY: app.privateKey,
    WEBHOOK_SECRET: app.webhookSecret,
    GITHUB_API_URL: app.apiURL,
    ...(url !== null && {
      HUXLEY_URL: url,
      GITHUB_CLIENT_ID: app.clientId,
      GITHUB_CLIENT_SECRET: app.clientSecret,
    }),
  };
}

/** On one line, as an environment file has it. */
const quoted = (value: string) => (value.includes('\n') ? `"${value.replaceAll('\n', '\\n')}"` : value);
