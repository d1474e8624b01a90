import type { TokenCount } from './prices.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The token counts an answer reports, in any API's words; `undefined` when it reports none that can be believed. */
export function usageOf(answer: unknown): TokenCount | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { usage, response } = answer as { usage?: unknown; response?: unknown };
  if (typeof usage !== 'object' || usage === null) return typeof response === 'object' ? usageOf(response) : undefined;
  const fields = usage as Fields;
  const read = fields.cache_read_input_tokens ?? undefined;
  const made = fields.cache_creation_input_tokens ?? undefined;
  // Messages counts what was cached apart from `input_tokens`; Chat Completions and Responses count it in.
  const apart = fields.prompt_tokens === undefined && (read !== undefined || made !== undefined);
  const details = (fields.prompt_tokens_details ?? fields.input_tokens_details ?? {}) as Fields;
  const named = fields.prompt_tokens ?? fields.input_tokens;
  const output = fields.completion_tokens ?? fields.output_tokens;
  const cached = details.cached_tokens ?? read ?? 0;
  const written = made ?? details.cache_write_tokens ?? 0;
  const hour = (fields.cache_creation as Fields | null | undefined)?.ephemeral_1h_input_tokens ?? 0;
  if (![named, output, cached, written, hour].every(isCount)) return undefined;
  const [input, all] = [named as number, written as number];
  const count = {
    input: apart ? input + (cached as number) + all : input,
    cached: cached as number,
    output: output as number,
  };
  const ofHour = Math.min(hour as number, all);
  return all === 0 ? count : { ...count, written: all - ofHour, writtenHour: ofHour };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
