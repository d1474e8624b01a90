import { join } from 'node:path';
import { z } from 'zod';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError } from '../model/error.ts';
import { huxleyHome } from './home.ts';

/** What a deployment is told through environment variables. */
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
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
}

const schema = z.object({
  APP_ID: z.coerce.number().int().positive(),
  PRIVATE_KEY: z
    .string()
    .transform((text) => text.replaceAll('\\n', '\n').trim())
    .refine((text) => /^-----BEGIN (RSA )?PRIVATE KEY-----/.test(text), 'is not a PEM private key'),
  WEBHOOK_SECRET: z.string().refine(isStrong, 'is weak: use at least 24 random characters'),
  GITHUB_API_URL: z.url({ protocol: /^https?$/ }).default('https://api.github.com'),
  HOST: z.string().min(1).default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3_000),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  HUXLEY_SWEEP_SECONDS: z.coerce.number().min(1).max(3_600).default(60),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
});

/** The App's private key alone. @throws HuxleyError `environment.invalid` */
export function readPrivateKey(env: Readonly<Record<string, string | undefined>>): string {
  const parsed = schema.shape.PRIVATE_KEY.safeParse(env.PRIVATE_KEY);
  if (parsed.success) return parsed.data;
  throw new HuxleyError(
    'environment.invalid',
    `PRIVATE_KEY ${env.PRIVATE_KEY ? 'is not a PEM private key' : 'is not set'}.`,
    `Set it as for ${commandLine('serve')} (docs/operations.md).`,
  );
}

/** A secret nobody guesses: long, and not one character over and over (Probot's own default is `development`). */
function isStrong(secret: string): boolean {
  return secret.length >= 24 && new Set(secret).size >= 10;
}

/**
 * Reads a deployment's environment; reports everything that is wrong at once, never a value.
 * @throws HuxleyError `environment.invalid`
 */
export function readDeployment(env: Readonly<Record<string, string | undefined>>): Deployment {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(present);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, code, message }) =>
      code === 'invalid_type' && present[String(path[0])] === undefined
        ? `${path.join('.')} is not set`
        : `${path.join('.')} ${code === 'custom' ? message : `is not valid (${message})`}`,
    );
    throw new HuxleyError(
      'environment.invalid',
      `The environment is not complete: ${lines.join('; ')}.`,
      'Set these variables (docs/operations.md lists them all); `openssl rand -hex 32` makes a good WEBHOOK_SECRET.',
    );
  }
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
    logLevel: data.LOG_LEVEL,
  };
}
