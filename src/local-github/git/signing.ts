import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { Row, Table } from '../store/table.ts';
import type { CommitInfo } from './commit.ts';

export interface SigningKey extends Row {
  /** PEM. */
  readonly privateKey: string;
}

const BEGIN = '-----BEGIN LOCAL GITHUB SIGNATURE-----';
const END = '-----END LOCAL GITHUB SIGNATURE-----';

/** The server's own signature on commits it makes for others, as GitHub's `web-flow`. One key for each local GitHub. */
export class Signing {
  readonly #private: KeyObject;
  readonly #public: KeyObject;

  constructor(keys: Table<SigningKey>) {
    const pem =
      keys.get(1)?.privateKey ??
      keys.insert({
        privateKey: String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })),
      }).privateKey;
    this.#private = createPrivateKey(pem);
    this.#public = createPublicKey(this.#private);
  }

  readonly sign = (payload: string): string =>
    `${BEGIN}\n\n${sign(null, Buffer.from(payload), this.#private).toString('base64')}\n${END}`;

  /** What GitHub says of a commit's signature. */
  verification({ signature, payload, committer }: CommitInfo) {
    if (signature === null) return { verified: false, reason: 'unsigned', signature, payload: null, verified_at: null };
    const bytes = signature.startsWith(BEGIN) ? Buffer.from(signature.split('\n')[2] ?? '', 'base64') : null;
    if (bytes === null) return { verified: false, reason: 'unknown_key', signature, payload, verified_at: null };
    const verified = verify(null, Buffer.from(payload), this.#public, bytes);
    const reason = verified ? 'valid' : 'invalid';
    return { verified, reason, signature, payload, verified_at: verified ? committer.date : null };
  }
}
