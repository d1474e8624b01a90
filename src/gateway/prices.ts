import { HuxleyError } from '../model/error.ts';
import type { NanoUSD } from './money.ts';

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  /** For input the provider had cached; as `input` where the provider gives no discount. */
  readonly cachedInput?: number;
  readonly output: number;
}

export type PriceTable = Readonly<Record<string, Price>>;

export interface TokenCount {
  readonly input: number;
  /** The part of `input` that was cached. */
  readonly cached: number;
  /** Reasoning tokens included, as providers bill them. */
  readonly output: number;
}

/**
 * Standard-tier prices of text tokens as OpenAI listed them in June 2026 or, for older models, last (openai.com/api/pricing). A model that is not here is
 * refused until its price is configured. `rehearsal` costs nobody anything; its price exists so that budgets can be
 * rehearsed too.
 */
export const PRICES: PriceTable = {
  'gpt-5': { input: 1.25, cachedInput: 0.125, output: 10 },
  'gpt-5-mini': { input: 0.25, cachedInput: 0.025, output: 2 },
  'gpt-5-nano': { input: 0.05, cachedInput: 0.005, output: 0.4 },
  'gpt-5-codex': { input: 1.25, cachedInput: 0.125, output: 10 },
  'gpt-5.4-mini': { input: 0.75, cachedInput: 0.075, output: 4.5 },
  'gpt-5.4-nano': { input: 0.2, cachedInput: 0.02, output: 1.25 },
  'gpt-5.2': { input: 1.75, cachedInput: 0.175, output: 14 },
  'gpt-5.1': { input: 1.25, cachedInput: 0.125, output: 10 },
  'gpt-4.1': { input: 2, cachedInput: 0.5, output: 8 },
  'gpt-4.1-mini': { input: 0.4, cachedInput: 0.1, output: 1.6 },
  'gpt-4.1-nano': { input: 0.1, cachedInput: 0.025, output: 0.4 },
  'gpt-4o': { input: 2.5, cachedInput: 1.25, output: 10 },
  'gpt-4o-mini': { input: 0.15, cachedInput: 0.075, output: 0.6 },
  o3: { input: 2, cachedInput: 0.5, output: 8 },
  'o4-mini': { input: 1.1, cachedInput: 0.275, output: 4.4 },
  rehearsal: { input: 0.25, cachedInput: 0.025, output: 2 },
};

/** A dated snapshot costs what its model costs. Throws `gateway.unknown-price`. */
export function priceOf(table: PriceTable, model: string): Price {
  const undated = model.replace(/-\d{4}-\d{2}-\d{2}$/, '');
  for (const name of [model, undated]) if (Object.hasOwn(table, name)) return table[name]!;
  throw new HuxleyError(
    'gateway.unknown-price',
    `no price is known for model '${model}', so its cost could not be limited`,
    'Add the model to models.prices (US dollars per million input and output tokens), or choose a listed model.',
  );
}

/** A price is per million tokens, so a token costs `price * 1000` nano-dollars; the sum is rounded up. */
export function cost(price: Price, tokens: TokenCount): NanoUSD {
  const cached = Math.min(tokens.cached, tokens.input);
  const perMillion =
    (tokens.input - cached) * price.input + cached * (price.cachedInput ?? price.input) + tokens.output * price.output;
  return Math.ceil(perMillion * 1000 - 1e-6);
}
