import type { TokenCount } from '../money/prices.ts';
import type { Composed } from './dialect.ts';

/** Bytes of a token, set low so that an estimate is rather too high: English and code have about four, other scripts three. */
const BYTES_PER_TOKEN = 2.5;

/**
 * What a call used that does not say so, from its text: over what it was, by a margin, and never over what was set aside. What a
 * model thought without showing it is not in it.
 */
export function estimateUsage({ body, most }: Composed, answer: string): TokenCount {
  const tokens = (text: string) => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
  return { input: Math.min(most.input, tokens(body)), cached: 0, output: Math.min(most.output, tokens(answer)) };
}
