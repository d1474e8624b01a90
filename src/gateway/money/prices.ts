import { calcPrice, findProvider } from '@pydantic/genai-prices';
import { HuxleyError } from '../../model/error.ts';
import type { NanoUSD } from './money.ts';

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  /** For input the provider had cached; as `input` where the provider gives no discount. */
  readonly cachedInput?: number | undefined;
  /** For input the provider is asked to cache, for minutes and for an hour; 1.25 times and twice `input` where nothing is said. */
  readonly cacheWrite?: number | undefined;
  readonly cacheWriteHour?: number | undefined;
  readonly output: number;
  /** What a call of more than `over` input tokens costs as a whole; the largest `over` below its input counts. */
  readonly long?: readonly { readonly over: number; readonly price: Omit<Price, 'long'> }[];
}

export type PriceTable = Readonly<Record<string, Price>>;

export interface TokenCount {
  /** All of it: what was cached and what was written to a cache are parts of it. */
  readonly input: number;
  readonly cached: number;
  readonly written?: number;
  /** Written to a cache that is kept for an hour. */
  readonly writtenHour?: number;
  /** Reasoning tokens included, as providers bill them. */
  readonly output: number;
}

/** What models cost at one endpoint. */
export interface PriceBook {
  /** Undefined where no price is known. */
  find(model: string): Price | undefined;
  /** The name a list keeps a model's price under: the same for an alias and a dated name of one model. */
  entry(model: string): string | undefined;
}

/** Costs nobody anything; it has a price so that budgets can be rehearsed too. */
const REHEARSAL: PriceTable = { rehearsal: { input: 0.25, cachedInput: 0.025, output: 2 } };

/**
 * A repository's own prices over the list that `@pydantic/genai-prices` keeps (its date is its version's), which knows what each
 * provider asks. The provider is who owns the endpoint's address; at an address nobody is known to own, models cost what their
 * makers ask.
 */
export function priceBook(own: PriceTable = {}, baseURL: string | null = null): PriceBook {
  const url = baseURL ?? 'https://api.openai.com/v1';
  const provider = findProvider({ providerApiUrl: url });
  const listed = (model: string) => calcPrice({}, model, provider ? { provider } : {});
  const mine = { ...REHEARSAL, ...own };
  return {
    find: (model) => (Object.hasOwn(mine, model) ? mine[model] : fromList(listed(model)?.model_price)),
    entry: (model) => (Object.hasOwn(mine, model) ? model : listed(model)?.model.id),
  };
}

type Listed = NonNullable<ReturnType<typeof calcPrice>>['model_price'];

/** A price of the list as one of ours; undefined where it prices no text. */
function fromList(listed: Listed | undefined): Price | undefined {
  if (listed === undefined) return undefined;
  const at = (name: string, tokens: number): number | undefined => {
    const price = listed[name];
    if (typeof price !== 'object') return price;
    return price.tiers.findLast(({ start }) => tokens > start)?.price ?? price.base;
  };
  const priceAt = (tokens: number): Omit<Price, 'long'> | undefined => {
    const [input, output] = [at('input_mtok', tokens), at('output_mtok', tokens)];
    if (input === undefined || output === undefined) return undefined;
    return {
      input,
      output,
      cachedInput: at('cache_read_mtok', tokens),
      cacheWrite: at('cache_write_mtok', tokens),
      cacheWriteHour: at('cache_write_1h_mtok', tokens),
    };
  };
  const base = priceAt(0);
  if (base === undefined) return undefined;
  const starts = Object.values(listed).flatMap((price) =>
    typeof price === 'object' ? price.tiers.map(({ start }) => start) : [],
  );
  const long = [...new Set(starts)].sort((a, b) => a - b).map((over) => ({ over, price: priceAt(over + 1)! }));
  return { ...base, ...(long.length > 0 ? { long } : {}) };
}

/** Throws `gateway.unknown-price`: what such a model costs could not be limited. */
export function priceOf(book: PriceBook, model: string): Price {
  const price = book.find(model);
  if (price) return price;
  throw new HuxleyError(
    'gateway.unknown-price',
    `no price is known for model '${model}', so its cost could not be limited`,
    `Say what it costs in .github/huxley.yml, in US dollars per million tokens: \`models: { prices: { ${model}: { input: 1, output: 4 } } }\`.`,
  );
}

/** A price is per million tokens, so a token costs `price * 1000` nano-dollars; the sum is rounded up. */
export function cost(price: Price, { input, cached, written = 0, writtenHour = 0, output }: TokenCount): NanoUSD {
  const p = price.long?.findLast(({ over }) => input > over)?.price ?? price;
  const hour = Math.min(writtenHour, input);
  const minutes = Math.min(written, input - hour);
  const read = Math.min(cached, input - hour - minutes);
  const perMillion =
    (input - hour - minutes - read) * p.input +
    read * (p.cachedInput ?? p.input) +
    minutes * (p.cacheWrite ?? 1.25 * p.input) +
    hour * (p.cacheWriteHour ?? 2 * p.input) +
    output * p.output;
  return Math.ceil(perMillion * 1000 - 1e-6);
}
