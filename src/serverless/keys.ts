import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What HUXLEY_KEY is used for beside signing orders, each with a key of its own (HKDF-SHA256, RFC 5869). */
const USES = {
  state: 'huxley: key that seals the state of a controller in Actions, version 1',
  text: 'huxley: key that authenticates what a controller in Actions writes, version 1',
} as const;

/** A key of 32 bytes; `secret` is HUXLEY_KEY, which `secretSigner` has found to be well formed. */
export function deriveKey(secret: string, use: keyof typeof USES): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'base64url'), new Uint8Array(), USES[use], 32));
}

/** HMAC-SHA256 of parts that keep their borders, in base64url. */
export function macOf(key: Buffer, parts: readonly (string | number)[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
}

export function isMac(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
