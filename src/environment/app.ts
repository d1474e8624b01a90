import { join } from 'node:path';
import { z } from 'zod';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError, sentence } from '../model/error.ts';
import { isHere } from '../model/network/here.ts';
import { withAppFile } from './app-file.ts';
import { huxleyHome } from './home.ts';
import { privateKeyIn } from './private-key.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A deployment that has no App yet. */
export interface Unregistered {
  /** Null where it is not said. */
  readonly host: string | null;
  readonly port: number;
  readonly apiURL: string;
  /** Where people reach this server, without a slash at the end; null where it is not said. */
  readonly url: string | null;
}

/** What a deployment is told through environment variables, and the credentials of an App that `serve` registered. */
export interface Deployment {
  readonly appId: number;
  /** PEM text. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** Where GitHub's REST API is, e.g. `https://api.github.com`. */
  readonly apiURL: string;
  readonly host: string;
  readonly port: number;
  /** A PostgreSQL connection string; `null` for the embedded journal at `sqlitePath`. */
  readonly databaseURL: string | null;
  readonly sqlitePath: string;
  readonly sweepSeconds: number;
  /** Where people reach this server (without a slash at the end), and the App's OAuth client; null where nobody can sign in. */
  readonly signIn: { readonly url: string; readonly clientId: string; readonly clientSecret: string } | null;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
}

const settings = z.object({
  GITHUB_API_URL: z.url({ protocol: /^https?$/ }).default('https://api.github.com'),
  HOST: z.string().min(1).default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3_000),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  HUXLEY_SWEEP_SECONDS: z.coerce.number().min(1).max(3_600).default(60),
  HUXLEY_URL: z
    .url({ protocol: /^https?$/ })
    .refine(isPrivateLine, 'must begin with https:// unless it is this machine')
    .optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
});

const schema = z
  .object({
    APP_ID: z.coerce.number().int().positive(),
    PRIVATE_KEY: z.string(),
    WEBHOOK_SECRET: z.string().refine(isStrong, 'is weak: use at least 24 random characters'),
    GITHUB_CLIENT_ID: z.string().optional(),
    GITHUB_CLIENT_SECRET: z.string().optional(),
    ...settings.shape,
  })
  .superRefine((data, context) => {
    const names = ['HUXLEY_URL', 'GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'] as const;
    const missing = names.filter((name) => data[name] === undefined);
    if (missing.length === 0 || missing.length === names.length) return;
    for (const name of missing)
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'is not set, and others that people sign in with are',
      });
  });

/** Nobody between people and this server reads what they send. */
function isPrivateLine(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || isHere(hostname);
}

/** The App's private key alone. @throws HuxleyError `environment.invalid`, and whatever {@link withAppFile} throws */
export function readPrivateKey(env: Environment): string {
  const found = privateKeyIn(env.PRIVATE_KEY || env.PRIVATE_KEY_PATH ? env : withAppFile(env));
  if ('key' in found) return found.key;
  throw new HuxleyError(
    'environment.invalid',
    sentence(found.problem),
    `Set it as for ${commandLine('serve')} (docs/operations.md).`,
  );
}

/** A secret nobody guesses: long, and not one character over and over (Probot's own default is `development`). */
function isStrong(secret: string): boolean {
  return secret.length >= 24 && new Set(secret).size >= 10;
}

/** Everything that is wrong at once, never a value. */
function incomplete({ issues }: z.ZodError, present: Environment, keyProblem = ''): HuxleyError {
  const lines = issues.map(({ path, code, message }) => {
    if (path[0] === 'PRIVATE_KEY') return keyProblem;
    if (code === 'invalid_type' && present[String(path[0])] === undefined) return `${path.join('.')} is not set`;
    return `${path.join('.')} ${code === 'custom' ? message : `is not valid (${message})`}`;
  });
  return new HuxleyError(
    'environment.invalid',
    sentence(`The environment is not complete: ${lines.join('; ')}`),
    'Set these variables (docs/operations.md lists them all); `openssl rand -hex 32` makes a good WEBHOOK_SECRET.',
  );
}

const filled = (env: Environment) => Object.fromEntries(Object.entries(env).filter(([, value]) => Boolean(value)));

/**
 * What a server needs to know before it has an App; null where the environment or the App's file has credentials, be they complete or not.
 * @throws HuxleyError `environment.invalid`, and whatever {@link withAppFile} throws
 */
export function readUnregistered(env: Environment): Unregistered | null {
  const present = filled(withAppFile(env));
  if (['APP_ID', 'PRIVATE_KEY', 'PRIVATE_KEY_PATH', 'WEBHOOK_SECRET'].some((name) => name in present)) return null;
  const parsed = settings.safeParse(present);
  if (!parsed.success) throw incomplete(parsed.error, present);
  const { data } = parsed;
  return {
    host: present.HOST ?? null,
    port: data.PORT,
    apiURL: data.GITHUB_API_URL.replace(/\/$/, ''),
    url: data.HUXLEY_URL ? new URL(data.HUXLEY_URL).origin : null,
  };
}

/**
 * Reads a deployment's environment, and the App's file for the credentials it lacks; reports everything that is wrong at once,
 * never a value.
 * @throws HuxleyError `environment.invalid`, and whatever {@link withAppFile} throws
 */
export function readDeployment(env: Environment): Deployment {
  const present = filled(withAppFile(env));
  const key = privateKeyIn(present);
  const parsed = schema.safeParse({ ...present, PRIVATE_KEY: 'key' in key ? key.key : undefined });
  if (!parsed.success) throw incomplete(parsed.error, present, 'problem' in key ? key.problem : '');
  const { data } = parsed;
  return {
    appId: data.APP_ID,
    privateKey: data.PRIVATE_KEY,
    webhookSecret: data.WEBHOOK_SECRET,
    apiURL: data.GITHUB_API_URL.replace(/\/$/, ''),
    host: data.HOST,
    port: data.PORT,
    databaseURL: data.DATABASE_URL ?? null,
    sqlitePath: join(huxleyHome(env), 'journal.sqlite'),
    sweepSeconds: data.HUXLEY_SWEEP_SECONDS,
    signIn: data.HUXLEY_URL
      ? {
          url: new URL(data.HUXLEY_URL).origin,
          clientId: data.GITHUB_CLIENT_ID!,
          clientSecret: data.GITHUB_CLIENT_SECRET!,
        }
      : null,
    logLevel: data.LOG_LEVEL,
  };
}
