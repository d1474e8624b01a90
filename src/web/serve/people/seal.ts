import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/** Keeps small values where others hold them: nobody without the secret reads or makes one, and each is over at its time. */
export class Seal {
  readonly #key: Buffer;
  readonly #now: () => number;

  /** @param purpose one sealed for another purpose does not open */
  constructor(secret: string, purpose: string, now: () => number = Date.now) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', `huxley ${purpose}`, 32));
    this.#now = now;
  }

  seal(value: unknown, seconds: number): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce);
    const text = JSON.stringify({ until: this.#now() + seconds * 1_000, value });
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
  }

  /** What was sealed; null for anything else, and once its time is over. */
  open(sealed: string): unknown {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length <= NONCE + TAG) return null;
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      const text = decipher.update(bytes.subarray(NONCE + TAG), undefined, 'utf8') + decipher.final('utf8');
      const { until, value } = JSON.parse(text) as { until: number; value: unknown };
      return this.#now() < until ? value : null;
    } catch {
      return null;
    }
  }
}
