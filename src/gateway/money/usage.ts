import type { TokenCount } from './prices.ts';

/** The token counts an answer reports, in either API's words; `undefined` when it reports none that can be believed. */
export function usageOf(answer: unknown): TokenCount | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { usage, response } = answer as { usage?: unknown; response?: unknown };
  if (typeof usage !== 'object' || usage === null) return typeof response === 'object' ? usageOf(response) : undefined;
  const field = (name: string, inside: object = usage) => (inside as Record<string, unknown>)[name];
  const input = field('prompt_tokens') ?? field('input_tokens');
  const output = field('completion_tokens') ?? field('output_tokens');
  const details = field('prompt_tokens_details') ?? field('input_tokens_details') ?? {};
  const cached = field('cached_tokens', details) ?? 0;
  return isCount(input) && isCount(output) && isCount(cached) ? { input, output, cached } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
