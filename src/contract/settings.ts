import { z } from 'zod';
import type { ModelChoice } from '../model/decision.ts';
import { HuxleyError } from '../model/error.ts';
import type { Api } from '../model/limits/api.ts';
import type { Effort } from '../model/limits/effort.ts';
import type { BuildConfig, Registry } from './build.ts';

/**
 * What a model costs, in US dollars per million tokens. `cachedInput` is as `input` where it is left out; writing to a cache 1.25
 * times as much, and twice where it is kept for an hour.
 */
export const priceSchema = z.strictObject({
  input: z.number().min(0),
  cachedInput: z.number().min(0).optional(),
  cacheWrite: z.number().min(0).optional(),
  cacheWriteHour: z.number().min(0).optional(),
  output: z.number().min(0),
});

type Price = z.infer<typeof priceSchema>;

/** A model of the default endpoint, by its name, or one of a provider's. */
export type ModelRef = string | { readonly provider: string; readonly model: string };

/** A model, or several: `HUXLEY_MODEL` names the first, and an agent may ask any. */
export type ModelNames = ModelRef | readonly ModelRef[];

/** The same, or several of those, of which an expansion takes one: a list with a list in it. */
type ModelSets = ModelRef | readonly (ModelRef | readonly ModelRef[])[];

/** The names of every model that is asked for something, each once. A name is of one provider alone. */
export const namesOf = (...models: readonly ModelSets[]): string[] => [
  ...new Set(models.flat(2).map((ref) => (typeof ref === 'string' ? ref : ref.model))),
];

export interface ProviderConfig {
  /** Up to `/v1`. */
  readonly baseURL: string;
  /** Name of the secret that holds its key; absent where it takes none. */
  readonly key?: string | undefined;
  /** The APIs it speaks; any where absent. */
  readonly api?: Api | readonly Api[] | undefined;
}

export interface ModelsConfig {
  readonly solve: ModelNames;
  readonly modify: ModelSets;
  /** Of several an expansion takes one. */
  readonly diagnose: ModelNames;
  /** The default endpoint, up to `/v1`; `null` for OpenAI's own. */
  readonly baseURL: string | null;
  /** Endpoints besides the default one, by the names that models refer to them by. */
  readonly providers?: Readonly<Record<string, ProviderConfig>>;
  /** Prices of models the gateway does not know, or knows otherwise. */
  readonly prices?: Readonly<Record<string, Price>>;
  /** How hard models think for the agent, whatever it asks; null or absent leaves it to the agent. */
  readonly reasoning?: Effort | null;
  /** Whether agents may send pictures. */
  readonly images?: boolean;
  /** Output tokens one answer may have; the gateway's default when absent. */
  readonly maxOutputTokens?: number | undefined;
}

/** What an expansion's agent may be given to modify itself with: of a list with a list in it one of its parts, else all there is. */
export function modelSets(modify: ModelSets): readonly (readonly ModelRef[])[] {
  const parts = [modify].flat();
  return parts.some((part) => Array.isArray(part))
    ? parts.map((part) => [part].flat())
    : [parts as readonly ModelRef[]];
}

/** Models that an expansion takes one of, by name: those that diagnose, and the first of each set the agent may be given; none where there is no choice. */
export function modelLists({ diagnose, modify }: ModelsConfig): { diagnose?: string[]; modify?: string[] } {
  const lists = { diagnose: namesOf(diagnose), modify: namesOf(modelSets(modify).map(([first]) => first!)) };
  return Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 1));
}

/**
 * The models of one expansion: those named, or the first.
 * @throws HuxleyError `order.model` when one is named that the configuration does not offer
 */
export function modelsOfExpansion(models: ModelsConfig, { diagnose, modify }: ModelChoice = {}): ModelsConfig {
  const named = <T>(all: readonly T[], model: string | undefined, first: (of: T) => ModelRef): T => {
    const found = model === undefined ? all[0] : all.find((one) => namesOf(first(one))[0] === model);
    if (found !== undefined) return found;
    throw new HuxleyError(
      'order.model',
      `The order names the model '${model}', which the configuration does not offer for it.`,
      'Order it again: the App and its worker have to go by the same configuration.',
    );
  };
  return {
    ...models,
    diagnose: named([models.diagnose].flat(), diagnose, (ref) => ref),
    modify: named(modelSets(models.modify), modify, ([ref]) => ref!),
  };
}

/** A model as a configuration refers to it; one that it does not name is of the default endpoint. */
export function refOf({ solve, modify, diagnose }: ModelsConfig, model: string): ModelRef {
  return [solve, modify, diagnose].flat(2).find((ref) => namesOf(ref)[0] === model) ?? model;
}

/** The provider of a model, with its name; null for the default endpoint. */
export function providerOf(models: ModelsConfig, model: string): (ProviderConfig & { readonly name: string }) | null {
  const ref = refOf(models, model);
  return typeof ref === 'string' ? null : { name: ref.provider, ...models.providers![ref.provider]! };
}

/** The address that a model is asked and priced at; null for OpenAI's own. */
export const addressOf = (models: ModelsConfig, model: string): string | null =>
  (providerOf(models, model) ?? models).baseURL;

/** The APIs that a model may be asked by; undefined for any. */
export function apisOf(models: ModelsConfig, model: string): readonly Api[] | undefined {
  const api = providerOf(models, model)?.api;
  return api === undefined ? undefined : [api].flat();
}

export interface JobLimits {
  /** Seconds one task may take the agent. */
  readonly taskSeconds: number;
  /** US dollars this job may spend on models. */
  readonly costUSD: number;
  /** US dollars one task may cost. */
  readonly taskCostUSD: number;
  readonly memoryMB: number;
  readonly cpus: number;
  readonly pids: number;
}

export interface AgentConfig {
  /** Shell command that solves a task; see docs/agent-contract.md. */
  readonly solve: string;
  /** Shell command that modifies the agent itself. */
  readonly modify: string;
  /** Shell command a new variant must pass before it is measured; `null` for none. */
  readonly check: string | null;
  /** Image the agent runs in: a built-in name (`sandbox`, `polyglot`), a reference by digest, or a Dockerfile's path with `./`. */
  readonly image: string;
  /** Globs no variant may touch. `.github/**` always is among them. */
  readonly protect: readonly string[];
  /** Globs of unusual files a variant may add or change; see ADR 18. */
  readonly allow?: readonly string[];
  /** Whether a variant may add dependencies. */
  readonly allowDependencies: boolean;
  /** Hosts that a Dockerfile may read from; undefined for the usual ones. */
  readonly registries?: readonly Registry[] | undefined;
  /** Null or absent for an agent that needs nothing installed. */
  readonly build?: BuildConfig | null;
}
