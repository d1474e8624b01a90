import { createHash, randomBytes } from 'node:crypto';
import type { Token } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

export const digestOf = (token: string) => createHash('sha256').update(token).digest('hex');

/** Makes a token and records it; the secret itself is only in the answer. */
export function issueToken(store: Store, prefix: 'ghp' | 'ghs' | 'ghu', row: Omit<Token, 'id' | 'digest'>): string {
  const token = `${prefix}_${randomBytes(27).toString('base64url').replaceAll(/[-_]/g, 'x')}`;
  store.tokens.insert({ ...row, digest: digestOf(token) });
  return token;
}

export const USER_TOKEN_SECONDS = 8 * 60 * 60;
const INSTALLATION_TOKEN_MS = 60 * 60 * 1000;

/** When an installation's token made now stops working: an hour on. */
export const tokenExpiry = (clock: { now(): Date }): string =>
  new Date(clock.now().getTime() + INSTALLATION_TOKEN_MS).toISOString().replace(/\.\d+Z$/, 'Z');
