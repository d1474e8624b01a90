import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { digestOf } from '../auth/tokens.ts';
import type { ServerContext } from '../server-context.ts';
import type { App } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/** GitHub's own limit on a code. */
const CODE_MS = 60 * 60 * 1_000;

const codes = new WeakMap<Store, Map<string, { readonly app: number; readonly until: number }>>();

/** A code for the credentials of an App that was made from a manifest: good once, for an hour. */
export function conversionCode({ store, now }: ServerContext, app: App): string {
  const code = randomBytes(20).toString('hex');
  const known = codes.get(store) ?? new Map();
  codes.set(store, known.set(code, { app: app.id, until: now().getTime() + CODE_MS }));
  return code;
}

export interface Credentials {
  readonly client_secret: string;
  readonly webhook_secret: string | null;
  /** PEM text. */
  readonly pem: string;
}

/** Takes a code back and makes the App's credentials, which nothing shows again; null for a code that is none, old or used. */
export function convert({ store, now }: ServerContext, code: string): { app: App; credentials: Credentials } | null {
  const found = codes.get(store)?.get(code);
  codes.get(store)?.delete(code);
  if (found === undefined || found.until <= now().getTime()) return null;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const secret = () => randomBytes(20).toString('hex');
  const hooked = store.apps.get(found.app)!.webhookUrl !== null;
  const credentials = {
    client_secret: secret(),
    webhook_secret: hooked ? secret() : null,
    pem: String(privateKey.export({ type: 'pkcs1', format: 'pem' })),
  };
  const app = store.apps.update(found.app, {
    clientSecret: digestOf(credentials.client_secret),
    webhookSecret: credentials.webhook_secret,
    publicKey: String(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })),
  });
  return { app, credentials };
}
