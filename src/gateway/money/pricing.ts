import type { NanoUSD } from './money.ts';
import { cost, type Price, type PriceBook, priceOf, type TokenCount } from './prices.ts';

/** What answers cost here, with what was learned of how this provider answers. */
export interface Pricing {
  readonly book: PriceBook;
  /** The most a call of a model can cost. Throws `gateway.unknown-price`. */
  most(model: string, tokens: TokenCount): NanoUSD;
  /** From now on, calls of this model are expected to be answered at this factor. */
  expect(model: string, factor: number): void;
}

/** What an answer says of its cost. */
export interface Charge {
  readonly usage: TokenCount;
  readonly model?: string | undefined;
  readonly tier?: string | undefined;
  /** What the provider itself says it cost, as OpenRouter does; believed where it is more. */
  readonly costUSD?: number | undefined;
}

/** Tiers at the standard price or below it, by the names providers give them; `flex` and `batch` cost half, and are not trusted to. */
const STANDARD: ReadonlySet<string> = new Set(['default', 'standard', 'auto', 'on_demand', 'flex', 'batch', '']);

/** OpenAI's priority tier costs 1.7 to 2 times the standard one; what a tier costs whose name is not known is not known either. */
const PRIORITY_FACTOR = 2;

export function pricing(book: PriceBook): Pricing {
  const factors = new Map<string, number>();
  return {
    book,
    most: (model, tokens) => Math.ceil(cost(priceOf(book, model), tokens) * (factors.get(model) ?? 1)),
    expect: (model, factor) => factors.set(model, Math.max(factor, factors.get(model) ?? 1)),
  };
}

/** The cost of an answer by the model and the tier it says it is from: never less than by the model that was asked. */
export function costOfAnswer(pricing: Pricing, asked: string, { usage, model, tier, costUSD = 0 }: Charge): NanoUSD {
  const factor = STANDARD.has((tier ?? '').toLowerCase()) ? 1 : PRIORITY_FACTOR;
  const answered = model === undefined ? undefined : pricing.book.find(model);
  const prices: Price[] = [priceOf(pricing.book, asked), ...(answered ? [answered] : [])];
  const standard = cost(prices[0]!, usage);
  const listed = Math.max(...prices.map((price) => cost(price, usage))) * factor;
  const actual = Math.ceil(Math.max(listed, costUSD * 1e9));
  if (actual > standard && standard > 0) pricing.expect(asked, actual / standard);
  return actual;
}
