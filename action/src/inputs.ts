import { getInput, setSecret } from '@actions/core';
import { z } from 'zod';
import { HuxleyError } from '../../src/model/error.ts';
import { diskLimit } from '../../src/sandbox/images/disk-limit.ts';
import { parseSecrets } from './secrets.ts';

export interface Inputs {
  readonly order: string;
  readonly token: string;
  readonly apiKey: string;
  readonly baseURL: string;
  /** Secrets by name, for what the configuration names them for; a value may be empty. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Tasks at once; null for as many as the machine has room for. */
  readonly concurrency: number | null;
  /** Gigabytes that images may take in all; undefined for as many as leave the disk some room. */
  readonly diskGB: number | undefined;
  /** Folder that layers of dependencies are kept in as files too; empty for none. */
  readonly layers: string;
}

/** The action's inputs. Secrets are masked in every later line of log, and leave the environment for good. */
export function readInputs(): Inputs {
  const token = getInput('github-token');
  const apiKey = getInput('openai-api-key');
  for (const secret of [token, apiKey]) if (secret !== '') setSecret(secret);
  const secrets = parseSecrets(getInput('secrets', { trimWhitespace: false }));
  for (const secret of secrets.values()) if (secret !== '') setSecret(secret);
  const inputs = {
    order: getInput('order', { required: true }),
    token,
    apiKey,
    baseURL: getInput('openai-base-url'),
    layers: getInput('layers'),
    diskGB: diskLimit(getInput('disk-gb') || process.env.HUXLEY_DISK_GB, 'disk-gb'),
    secrets,
    concurrency: concurrency(getInput('concurrency')),
  };
  for (const name of Object.keys(process.env)) if (name.startsWith('INPUT_')) delete process.env[name];
  return inputs;
}

function concurrency(text: string): number | null {
  if (text === '' || text === 'auto') return null;
  const parsed = z.coerce.number().int().min(1).max(64).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new HuxleyError('action.input', `concurrency is '${text}'`, 'Give a whole number from 1 to 64, or auto.');
}
