import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { HuxleyError, messageOf } from '../model/error.ts';
import { huxleyHome } from './home.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const schema = z.object({
  appId: z.number().int().positive(),
  /** PEM text. */
  privateKey: z.string().min(1),
  webhookSecret: z.string().min(1),
  /** The App's name in addresses, e.g. `https://github.com/apps/<slug>`. */
  slug: z.string().min(1),
  /** Where the REST API is of the GitHub the App is on, without a slash at the end. */
  apiURL: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** The channel of a relay that its events come through, for a machine without a public address. */
  relay: z.url({ protocol: /^https?$/ }).optional(),
});

/** The credentials of an App that `serve` registered. */
export type AppFile = Readonly<z.infer<typeof schema>>;

/** Where they are kept: `app.json` in `HUXLEY_HOME`. */
export function appFilePath(env: Environment): string {
  return join(huxleyHome(env), 'app.json');
}

/**
 * The credentials that are kept; null where there are none.
 * @throws HuxleyError `app-file.open` where others may read the file, `app-file.unreadable`, `app-file.invalid`
 */
export function readAppFile(env: Environment): AppFile | null {
  const path = appFilePath(env);
  let text: string;
  try {
    const mode = statSync(path).mode & 0o777;
    if ((mode & 0o077) !== 0)
      throw new HuxleyError(
        'app-file.open',
        `Users other than its owner may open ${path} (its mode is ${mode.toString(8)}), which holds the App's private key.`,
        `Run \`chmod 600 '${path}'\`. Make a new private key on the App's page if somebody may have read it.`,
      );
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (error instanceof HuxleyError) throw error;
    throw new HuxleyError(
      'app-file.unreadable',
      `The App's credentials cannot be read: ${messageOf(error)}.`,
      'Run this as the user who registered the App, or set HUXLEY_HOME to your own folder.',
    );
  }
  const parsed = schema.safeParse(jsonIn(text));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path: [field] }) => field ?? 'all of it');
  throw new HuxleyError(
    'app-file.invalid',
    `${path} does not hold an App's credentials: ${[...new Set(fields)].join(', ')} cannot be read.`,
    'Restore it from a copy, or move it away and register another App.',
  );
}

/** Without the text itself, which a parser's message would quote. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Keeps credentials where only their owner may read them, whole or not at all, and never over others.
 * @throws HuxleyError `app-file.exists`
 */
export function writeAppFile(env: Environment, file: AppFile): string {
  const path = appFilePath(env);
  try {
    // Unlike a rename, a link never replaces what is there.
    writeWhole(path, file, linkSync);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new HuxleyError(
      'app-file.exists',
      `${path} already holds an App's credentials.`,
      'Use that App, or move the file away first.',
    );
  }
  return path;
}

/** The relay's channel that is kept for the App in the file; null where there is none, or the credentials come from the environment. */
export function keptRelay(env: Environment): string | null {
  return env.APP_ID ? null : (readAppFile(env)?.relay ?? null);
}

/** Keeps a relay's channel with the credentials in the file, for the next start. */
export function keepRelay(env: Environment, relay: string): void {
  const file = env.APP_ID ? null : readAppFile(env);
  if (file !== null && file.relay !== relay) writeWhole(appFilePath(env), { ...file, relay }, renameSync);
}

function writeWhole(path: string, file: AppFile, put: (from: string, to: string) => void): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}.tmp`;
  const open = openSync(temporary, 'wx', 0o600);
  try {
    writeFileSync(open, `${JSON.stringify(file, null, 2)}\n`);
    fsyncSync(open);
    put(temporary, path);
  } finally {
    closeSync(open);
    rmSync(temporary, { force: true });
  }
}

/** The variables that an App's credentials come in, and where each stands in the file. */
const CREDENTIALS = [
  ['APP_ID', ({ appId }: AppFile) => String(appId)],
  ['PRIVATE_KEY', ({ privateKey }: AppFile) => privateKey],
  ['WEBHOOK_SECRET', ({ webhookSecret }: AppFile) => webhookSecret],
] as const;

/**
 * An environment with the App's credentials: its own, or else all of those in the file, with the App's GitHub and OAuth client.
 * @throws HuxleyError `environment.mixed` where some would come from each, and whatever {@link readAppFile} throws
 */
export function withAppFile(env: Environment): Environment {
  const isSet = (name: string) => Boolean(env[name] || (name === 'PRIVATE_KEY' && env.PRIVATE_KEY_PATH));
  const names = CREDENTIALS.map(([name]) => name);
  const given = names.filter(isSet);
  if (given.length === names.length) return env;
  const file = readAppFile(env);
  if (file === null) return env;
  const mixed = (what: string, remedy: string) => new HuxleyError('environment.mixed', what, remedy);
  const path = appFilePath(env);
  if (given.length > 0)
    throw mixed(
      `${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'} set, and the rest of an App's credentials is in ${path}. They may belong to two Apps.`,
      `Set ${names.filter((name) => !isSet(name)).join(' and ')} too, which leaves the file unused, or unset ${given.join(' and ')}.`,
    );
  if (env.GITHUB_API_URL && env.GITHUB_API_URL.replace(/\/$/, '') !== file.apiURL)
    throw mixed(
      `GITHUB_API_URL is ${env.GITHUB_API_URL}, and the App in ${path} is on ${file.apiURL}.`,
      'Unset GITHUB_API_URL, or set HUXLEY_HOME to the folder of an App on that GitHub.',
    );
  const client = ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'].filter(isSet);
  if (client.length === 1)
    throw mixed(`${client[0]} is set, and the other half of the OAuth client is in ${path}.`, 'Set both, or neither.');
  // The same client may have a new secret.
  if (env.GITHUB_CLIENT_ID && env.GITHUB_CLIENT_ID !== file.clientId)
    throw mixed(
      `GITHUB_CLIENT_ID belongs to a different App than the one in ${path}.`,
      'Unset it and GITHUB_CLIENT_SECRET.',
    );
  return {
    ...env,
    ...Object.fromEntries(CREDENTIALS.map(([name, of]) => [name, of(file)])),
    GITHUB_API_URL: file.apiURL,
    // Without an address where people reach this server, nobody can sign in, and the client is of no use.
    ...(client.length === 0 &&
      env.HUXLEY_URL && { GITHUB_CLIENT_ID: file.clientId, GITHUB_CLIENT_SECRET: file.clientSecret }),
  };
}
