import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIGURATION_PATH } from '../../config/configuration.ts';
import type { Configuration } from '../../config/schema.ts';
import { readPrivateKey } from '../../environment/app.ts';
import { readAppFile } from '../../environment/app-file.ts';
import { CONTROLLER_WORKFLOW_PATH } from '../../github/controller-workflow.ts';
import { HuxleyError } from '../../model/error.ts';
import { orderSigner, secretSigner } from '../../order/signer.ts';
import { keyLine } from '../../run/work/signing-key.ts';
import { KeyFile } from './remote/key-file.ts';
import type { Site } from './remote/site.ts';

/** The key that orders will be signed with. */
export interface Keys {
  /** What the configuration is to name; null where it is not known here. */
  readonly publicKey: string | null;
  /** What GitHub does not have yet; null where it does, or needs nothing. */
  readonly file: KeyFile | null;
  /** Writes a key that was made just now. */
  keep(): void;
}

/** Whether this machine has an App's private key. */
export function appIsHere(): boolean {
  return Boolean(process.env.PRIVATE_KEY || process.env.PRIVATE_KEY_PATH) || readAppFile(process.env) !== null;
}

/**
 * @param stored whether GitHub has the key of a controller without a server
 * @throws HuxleyError `init.key` where the configuration names keys of an App alone, and a server is given up
 */
export function keysFor(
  site: Site,
  { serverless, stored }: { readonly serverless: boolean; readonly stored: boolean },
  configuration: Configuration | null,
): Keys {
  const known = configuration?.app.publicKeys ?? [];
  if (!serverless) {
    const publicKey = appIsHere() ? orderSigner(readPrivateKey(process.env)).publicKey : (known[0] ?? null);
    return { publicKey, file: null, keep: () => undefined };
  }
  const { origin, root } = site;
  const file = new KeyFile(`${new URL(origin.webURL).host}/${origin.repository}`);
  const kept = file.read();
  const wasServerless = stored || existsSync(join(root, CONTROLLER_WORKFLOW_PATH));
  if (kept === null && known.length > 0 && wasServerless)
    return { publicKey: known[0]!, file: null, keep: () => undefined };
  if (kept === null && stored)
    throw new HuxleyError(
      'init.key',
      `GitHub already holds a secret HUXLEY_KEY, but no configuration here names its key`,
      'Run `git pull` if a set-up was merged. To give up that key, and every run with it, delete the secret, and run this again.',
    );
  const key = kept ?? randomBytes(32).toString('base64url');
  const { publicKey } = secretSigner(key);
  const keep = () => {
    if (kept === null) file.write(key);
  };
  if (known.length > 0 && !known.includes(publicKey)) {
    keep();
    throw new HuxleyError(
      'init.key',
      `${CONFIGURATION_PATH} already names keys, and none of them belongs to a controller without a server`,
      `Make its line \`${keyLine([...known, publicKey])}\`, and run this again.`,
    );
  }
  return { publicKey, file, keep };
}
