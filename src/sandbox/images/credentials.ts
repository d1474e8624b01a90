import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { DOCKER_HUB } from './reference.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What opens a registry, as the engine's API takes it. */
export interface Credentials {
  readonly serveraddress: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly identitytoken?: string | undefined;
  readonly registrytoken?: string | undefined;
}

const entrySchema = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});
const configSchema = z.object({
  auths: z.record(z.string(), entrySchema).default({}),
  credsStore: z.string().default(''),
  credHelpers: z.record(z.string(), z.string()).default({}),
});
const answerSchema = z.object({ Username: z.string(), Secret: z.string() });

/** Docker Hub's name in Docker's files, older than its host. */
const HUB_KEY = 'https://index.docker.io/v1/';
const HELPER_SECONDS = 30;

/**
 * What `docker login` left for a registry, by Docker's own rules: `DOCKER_AUTH_CONFIG`, then of `config.json` a helper of the registry's
 * own, the common one, and what stands in the file itself. Null where there is nothing.
 *
 * @throws HuxleyError `image.credentials` for a file or helper that cannot be used; never with a secret in it
 */
export async function credentialsFor(host: string, env: Environment = process.env): Promise<Credentials | null> {
  const key = host === DOCKER_HUB ? HUB_KEY : host;
  const given = env.DOCKER_AUTH_CONFIG ? parse(env.DOCKER_AUTH_CONFIG, 'DOCKER_AUTH_CONFIG') : null;
  const direct = given && entryOf(given, key);
  if (direct) return direct;
  const path = join(env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
  if (!existsSync(path)) return null;
  const config = parse(read(path), path);
  const helper = config.credHelpers[key] ?? config.credHelpers[host] ?? config.credsStore;
  return helper === '' ? entryOf(config, key) : await askHelper(helper, key, env);
}

function entryOf({ auths }: z.infer<typeof configSchema>, key: string): Credentials | null {
  const entry = auths[key] ?? Object.entries(auths).find(([name]) => hostOf(name) === hostOf(key))?.[1];
  if (entry === undefined) return null;
  const { auth, ...rest } = entry;
  const [, username, password] = /^([^:]*):([\s\S]*)$/.exec(Buffer.from(auth ?? '', 'base64').toString('utf8')) ?? [];
  const login = username ? { username, password: password!.replace(/\0+$/, '') } : {};
  const found = { serveraddress: key, ...rest, ...login };
  return Object.values(found).some((value) => value && value !== key) ? found : null;
}

function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

/** The protocol of docker/docker-credential-helpers: a program reads the server and answers in JSON. */
async function askHelper(helper: string, key: string, env: Environment): Promise<Credentials | null> {
  const program = `docker-credential-${helper}`;
  if (!/^[\w.-]+$/.test(helper)) throw unusable(`'${helper}' is not the name of a credential helper`);
  const child = spawn(program, ['get'], {
    env: { ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: HELPER_SECONDS * 1000,
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(key);
  const [code] = await once(child, 'close').catch((error) => {
    throw unusable(`${program} cannot be run: ${messageOf(error)}`);
  });
  if (code !== 0) {
    if (/credentials not found/i.test(output)) return null;
    throw unusable(`${program} failed (${code ?? `no answer in ${HELPER_SECONDS} s`}): ${output.trim().slice(0, 200)}`);
  }
  const answer = answerSchema.safeParse(safeJson(output));
  if (!answer.success) throw unusable(`${program} answered with something other than credentials`);
  const { Username: username, Secret } = answer.data;
  if (username === '<token>') return { serveraddress: key, identitytoken: Secret };
  return { serveraddress: key, username, password: Secret };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(`${path} cannot be read: ${messageOf(error)}`);
  }
}

function parse(text: string, source: string): z.infer<typeof configSchema> {
  const parsed = configSchema.safeParse(safeJson(text));
  if (parsed.success) return parsed.data;
  throw unusable(`${source} is not what Docker writes there`);
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unusable(message: string): HuxleyError {
  return new HuxleyError(
    'image.credentials',
    message,
    'Log in again with `docker login`, or correct Docker’s config.json.',
  );
}
