import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signs texts with a key of this process: what it signed means nothing to the next one. */
export class Signer {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }

  verifies(text: string, signature: string): boolean {
    const expected = Buffer.from(this.sign(text));
    const given = Buffer.from(signature);
    return expected.length === given.length && timingSafeEqual(expected, given);
  }

  /** Adds an expiry and a signature to an address; `method` is what it may be used for. */
  signUrl(url: string, method: 'GET' | 'PUT', expires: Date): string {
    const signed = new URL(url);
    signed.searchParams.set('se', expires.toISOString());
    signed.searchParams.set('sp', method);
    signed.searchParams.set('sig', this.sign(`${method} ${signed.pathname} ${expires.toISOString()}`));
    return signed.href;
  }

  /** Whether an address was signed for this method and has not expired. */
  admits(url: URL, method: string, now: Date): boolean {
    const [expires, signature] = [url.searchParams.get('se') ?? '', url.searchParams.get('sig') ?? ''];
    return expires > now.toISOString() && this.verifies(`${method} ${url.pathname} ${expires}`, signature);
  }
}
