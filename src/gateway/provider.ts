import type { Api } from '../model/limits/api.ts';
import { CALL_PATHS, type CallPath } from './dialect/admit.ts';
import { Dialects } from './dialect/dialects.ts';
import { Refusal } from './dialect/refusal.ts';
import { type Endpoint, endpoint, type Upstream } from './dialect/upstream.ts';
import { Bounds } from './money/bound.ts';
import { type PriceTable, priceBook } from './money/prices.ts';
import { type Pricing, pricing } from './money/pricing.ts';
import { replay } from './record/recording.ts';
import { Gate } from './slots.ts';

/** An endpoint with its own key, and the models that are asked there. */
export interface ProviderEndpoint extends Endpoint {
  readonly models: readonly string[];
  /** The APIs it speaks; any the gateway serves where absent. */
  readonly apis?: readonly Api[] | undefined;
}

/** One provider's models: where they are, what they cost, and what was learned of it. Nothing of it holds for another provider. */
export interface Provider {
  readonly upstream: Upstream;
  readonly bounds: Bounds;
  readonly dialects: Dialects;
  readonly pricing: Pricing;
  readonly gate: Gate;
  readonly apis: readonly Api[] | undefined;
}

interface ProviderOptions {
  readonly prices: PriceTable | undefined;
  readonly maxOutputTokens: number;
}

function openProvider(
  where: Endpoint | ProviderEndpoint | { readonly replay: string },
  { prices, maxOutputTokens }: ProviderOptions,
): Provider {
  const upstream = 'replay' in where ? replay(where.replay) : endpoint(where);
  return {
    upstream,
    bounds: new Bounds(upstream),
    dialects: new Dialects(maxOutputTokens),
    pricing: pricing(priceBook(prices, 'baseURL' in where ? where.baseURL : null)),
    gate: new Gate(),
    apis: 'apis' in where ? where.apis : undefined,
  };
}

/** Which provider a model is asked at: the one that has it, else the one at `upstream`. */
export function routes(
  upstream: Endpoint | { readonly replay: string } | undefined,
  providers: readonly ProviderEndpoint[],
  options: ProviderOptions,
): (model: string) => Provider {
  const byModel = new Map<string, Provider>();
  for (const each of providers) {
    const provider = openProvider(each, options);
    for (const model of each.models) byModel.set(model, provider);
  }
  const otherwise = upstream && openProvider(upstream, options);
  return (model) => {
    const provider = byModel.get(model) ?? otherwise;
    if (provider === undefined) throw new Error(`no provider has the model ${model}`);
    return provider;
  };
}

/** The API that calls of a path belong to. */
function apiOf(path: CallPath): Api {
  if (path === '/v1/chat/completions') return 'chat';
  return path === '/v1/responses' ? 'responses' : 'messages';
}

/** The paths a model is asked by; counting tokens is none. */
export function askedBy(apis: readonly Api[] | undefined): CallPath[] {
  return CALL_PATHS.filter((path) => path !== '/v1/messages/count_tokens' && speaks(apis, path));
}

function speaks(apis: readonly Api[] | undefined, path: CallPath): boolean {
  return apis === undefined || apis.includes(apiOf(path));
}

/** Refuses a call by an API that the model's provider does not speak: it would mean nothing there. */
export function checkApi({ apis }: Provider, model: string, path: CallPath): void {
  if (!speaks(apis, path))
    throw new Refusal(
      404,
      'gateway.path',
      `the provider of ${model} does not speak the API of ${path}`,
      `Use POST ${askedBy(apis).join(' or POST ')} for this model.`,
    );
}
