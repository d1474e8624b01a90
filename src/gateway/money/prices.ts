import { HuxleyError } from '../../model/error.ts';
import type { NanoUSD } from './money.ts';

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  /** For input the provider had cached; as `input` where the provider gives no discount. */
  readonly cachedInput?: number | undefined;
  readonly output: number;
  /** Where a call of more than `over` input tokens costs more as a whole: by these factors. */
  readonly long?: { readonly over: number; readonly input: number; readonly output: number };
}

export type PriceTable = Readonly<Record<string, Price>>;

export interface TokenCount {
  readonly input: number;
  /** The part of `input` that was cached. */
  readonly cached: number;
  /** Reasoning tokens included, as providers bill them. */
  readonly output: number;
}

/** Prices as one page gave them on a day. */
interface PriceList {
  /** The provider's own page where it could be read, else one that quotes it. */
  readonly from: string;
  /** When the page gave them, as far as it says; ISO 8601. */
  readonly on: string;
  readonly prices: PriceTable;
}

/**
 * OpenAI's standard-tier prices of text tokens, by where they were read. Check them against
 * https://developers.openai.com/api/docs/pricing before a large run; `models.prices` in huxley.yml overrides any.
 */
export const PRICE_LISTS: readonly PriceList[] = [
  {
    from: 'https://developers.openai.com/api/docs/models/gpt-5-mini',
    on: '2026-11',
    prices: { 'gpt-5-mini': { input: 0.25, cachedInput: 0.025, output: 2 } },
  },
  {
    from: 'https://benchlm.ai/blog/posts/openai-api-pricing',
    on: '2026-04-13',
    prices: {
      'gpt-5.4': { input: 2.5, cachedInput: 0.25, output: 15, long: { over: 272_000, input: 2, output: 1.5 } },
      'gpt-5.4-mini': { input: 0.75, cachedInput: 0.075, output: 4.5 },
      'gpt-5.4-nano': { input: 0.2, cachedInput: 0.02, output: 1.25 },
      'gpt-5.2': { input: 1.75, cachedInput: 0.175, output: 14 },
      'gpt-5.1': { input: 1.25, cachedInput: 0.125, output: 10 },
    },
  },
  {
    // Says nothing of cached input: it counts in full, so that no budget is passed.
    from: 'https://deploybase.ai/articles/openai-pricing',
    on: '2026-03',
    prices: {
      'gpt-5': { input: 1.25, output: 10 },
      'gpt-5-nano': { input: 0.05, output: 0.4 },
      o3: { input: 2, output: 8 },
      'gpt-4o-mini': { input: 0.15, output: 0.6 },
    },
  },
  {
    from: 'https://hex.pm/packages/openai_responses/0.4.1',
    on: '2025-06-03',
    prices: {
      'gpt-4.1': { input: 2, cachedInput: 0.5, output: 8 },
      'gpt-4.1-mini': { input: 0.4, cachedInput: 0.1, output: 1.6 },
      'gpt-4o': { input: 2.5, cachedInput: 1.25, output: 10 },
      'gpt-4o-2024-05-13': { input: 5, output: 15 },
    },
  },
  {
    // Costs nobody anything; it has a price so that budgets can be rehearsed too.
    from: 'docs/rehearsal.md',
    on: '2026-11',
    prices: { rehearsal: { input: 0.25, cachedInput: 0.025, output: 2 } },
  },
];

/**
 * Dated names of models that cost what the undated one costs. A date that is not here may have a price of its own
 * (`gpt-4o-2024-05-13` has), so it is refused until it is configured.
 */
const SNAPSHOTS: Readonly<Record<string, readonly string[]>> = {
  'gpt-5.2': ['2025-12-11'],
  'gpt-5.1': ['2025-11-13'],
  'gpt-5': ['2025-08-07'],
  'gpt-5-mini': ['2025-08-07'],
  'gpt-5-nano': ['2025-08-07'],
  o3: ['2025-04-16'],
  'gpt-4.1': ['2025-04-14'],
  'gpt-4.1-mini': ['2025-04-14'],
  'gpt-4o': ['2024-08-06', '2024-11-20'],
  'gpt-4o-mini': ['2024-07-18'],
};

const LISTED: PriceTable = Object.assign({}, ...PRICE_LISTS.map(({ prices }) => prices));

/** A model that is not here is refused until its price is configured: its cost could not be limited. */
export const PRICES: PriceTable = {
  ...LISTED,
  ...Object.fromEntries(
    Object.entries(SNAPSHOTS).flatMap(([model, dates]) => dates.map((date) => [`${model}-${date}`, LISTED[model]!])),
  ),
};

/** Throws `gateway.unknown-price`. */
export function priceOf(table: PriceTable, model: string): Price {
  if (Object.hasOwn(table, model)) return table[model]!;
  throw new HuxleyError(
    'gateway.unknown-price',
    `no price is known for model '${model}', so its cost could not be limited`,
    `Say what it costs in .github/huxley.yml, in US dollars per million tokens: \`models: { prices: { ${model}: { input: 1, output: 4 } } }\`.`,
  );
}

/** A price is per million tokens, so a token costs `price * 1000` nano-dollars; the sum is rounded up. */
export function cost(price: Price, tokens: TokenCount): NanoUSD {
  const cached = Math.min(tokens.cached, tokens.input);
  const { input, output } = tokens.input > (price.long?.over ?? Infinity) ? price.long! : { input: 1, output: 1 };
  const perMillion =
    input * ((tokens.input - cached) * price.input + cached * (price.cachedInput ?? price.input)) +
    output * tokens.output * price.output;
  return Math.ceil(perMillion * 1000 - 1e-6);
}
