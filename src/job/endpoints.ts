import { apisOf, type ModelsConfig, providerOf } from '../contract/settings.ts';
import type { Endpoint } from '../gateway/dialect/upstream.ts';
import type { GatewayOptions } from '../gateway/gateway.ts';

export type Endpoints = Pick<GatewayOptions, 'upstream' | 'providers'>;

/** Where keys come from. Both throw a HuxleyError that says what to do where there is none. */
export interface Keys {
  /** The default endpoint with its key. */
  readonly defaultEndpoint: () => Endpoint;
  /** The value of a secret that a provider names. */
  readonly secret: (name: string, provider: string) => string;
}

/** The endpoints of these models, and no key of another. */
export function endpointsOf(models: ModelsConfig, asked: readonly string[], keys: Keys): Endpoints {
  const byProvider = Map.groupBy(asked, (model) => providerOf(models, model)?.name ?? null);
  const providers = [...byProvider].flatMap(([name, own]) => {
    const provider = name === null ? null : models.providers![name]!;
    if (name === null || provider === null) return [];
    const { baseURL, key } = provider;
    const apiKey = key === undefined ? 'none' : keys.secret(key, name);
    return [{ baseURL, apiKey, models: own, apis: apisOf(models, own[0]!) }];
  });
  return { ...(byProvider.has(null) && { upstream: keys.defaultEndpoint() }), providers };
}
