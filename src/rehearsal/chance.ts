import { createHash } from 'node:crypto';

/** A number in [0, 1) that looks random and is the same for the same parts. */
export function chance(...parts: readonly (string | number)[]): number {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}
