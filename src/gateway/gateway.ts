import type { IncomingMessage, ServerResponse } from 'node:http';
import { admit, CALL_PATHS, type CallPath } from './dialect/admit.ts';
import { announcedBytes, drain, readBody } from './dialect/read-body.ts';
import { asRefusal, isMessages, Refusal } from './dialect/refusal.ts';
import { RETRY, type RetryPolicy } from './dialect/retry.ts';
import type { Endpoint } from './dialect/upstream.ts';
import { type Caller, type GatewayUsage, Ledger, type TokenOptions } from './ledger.ts';
import { listen } from './listen.ts';
import type { BudgetLimits } from './money/budget.ts';
import { type PriceTable, priceOf } from './money/prices.ts';
import { type PassContext, pass } from './pass.ts';
import { checkApi, type Provider, type ProviderEndpoint, routes } from './provider.ts';
import { recorder } from './record/recording.ts';
import type { TranscriptEntry, TranscriptSink } from './record/transcript.ts';
import { writeRefusal } from './relay.ts';

export interface GatewayOptions {
  /** The endpoint of models that are of none of `providers`, or a file recorded earlier that answers in its place; absent where there are none. */
  readonly upstream?: Endpoint | { readonly replay: string };
  /** Endpoints of their own for some of the models. A model may be of one alone. */
  readonly providers?: readonly ProviderEndpoint[];
  /** Models that may be asked. */
  readonly models: readonly string[];
  /** Everything this gateway may spend. */
  readonly budget: BudgetLimits;
  /** Prices besides, or instead of, those that are known of the endpoint. */
  readonly prices?: PriceTable;
  /** Calls that are served; `GET /v1/models` always is. */
  readonly paths?: readonly CallPath[];
  /** Whether calls may hold pictures, as bytes. */
  readonly images?: boolean;
  readonly transcript?: TranscriptSink;
  /** File to write what a later replay needs. */
  readonly record?: string;
  /** Values besides the endpoints' keys that must never be written down. */
  readonly secrets?: readonly string[];
  readonly retry?: RetryPolicy;
  /** Output tokens one answer may have, and gets when a client names no number. */
  readonly maxOutputTokens?: number | undefined;
  /** Seconds one call may take, retries included; 600 when absent. */
  readonly callSeconds?: number;
  /** Seconds a request's body may take to come, once it is its turn; 30 when absent. */
  readonly bodySeconds?: number;
  readonly maxRequestBytes?: number;
  readonly maxResponseBytes?: number;
  /** Ends every call under way and closes the gateway. */
  readonly signal?: AbortSignal;
}

export interface Gateway {
  /** Folder to mount into a container, read-only; holds the socket and nothing else. */
  readonly socketFolder: string;
  readonly socketPath: string;
  /** The same service on this machine's loopback, for the job's own calls. */
  readonly baseURL: string;
  /** A fresh key for one task, good for what `budget` allows within the gateway's own. */
  token(task: string, budget?: BudgetLimits, options?: TokenOptions): string;
  /** The key is worth nothing from now on. */
  revoke(token: string): void;
  /** What was spent and what went wrong: in all, or for one task. */
  usage(task?: string): GatewayUsage;
  close(): Promise<void>;
}

const MiB = 1024 * 1024;
/** What is read and thrown away of a request that is too long, so that its client reads the answer. */
const DRAINED_BYTES = 64 * MiB;
const DRAIN_SECONDS = 10;

export const DEFAULT_MAX_OUTPUT_TOKENS = 16_384;

/** Starts a gateway on a Unix socket of its own and on loopback. It alone holds the keys to the models. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { upstream, providers = [], models } = options;
  const paths = options.paths ?? CALL_PATHS;
  const maxRequestBytes = options.maxRequestBytes ?? 4 * MiB;
  const ledger = new Ledger(options.budget, [
    ...[upstream, ...providers].flatMap((each) => (each && 'apiKey' in each ? [each.apiKey] : [])),
    ...(options.secrets ?? []),
  ]);
  const ending = new AbortController();
  const providerOf = routes(upstream, providers, {
    prices: options.prices,
    maxOutputTokens: options.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS,
  });
  for (const model of models) providerOf(model);
  const shared: Omit<PassContext, keyof Provider> = {
    ledger,
    retry: options.retry ?? RETRY,
    maxResponseBytes: options.maxResponseBytes ?? 16 * MiB,
    callSeconds: options.callSeconds ?? 600,
    signal: ending.signal,
    write,
    record: options.record === undefined ? undefined : recorder(options.record),
  };

  function write(caller: Caller, entry: TranscriptEntry): void {
    options.transcript?.(entry);
    caller.transcript?.(entry);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const caller = ledger.callerOf(request.headers.authorization, single(request.headers['x-api-key']));
    const path = (request.url ?? '').split('?')[0]!;
    if (request.method === 'GET' && path === '/v1/models') return listModels(response, models);
    let passed = false;
    const serve = async () => {
      const body = await readBody(request, maxRequestBytes, options.bodySeconds ?? 30);
      const call = {
        ...admit(path as CallPath, body, {
          ...{ models, bookOf: (model) => providerOf(model).pricing.book, images: options.images === true },
          ...{ effort: caller.effort, cacheKey: caller.cacheKey },
        }),
        headers: isMessages(path) ? anthropicHeaders(request.headers) : {},
      };
      const provider = providerOf(call.model);
      checkApi(provider, call.model, call.path);
      priceOf(provider.pricing.book, call.model);
      passed = true;
      const context = { ...shared, ...provider };
      if (caller.alone) await provider.gate.hold(() => pass(context, call, caller, response));
      else await pass(context, call, caller, response);
    };
    try {
      if (request.method !== 'POST' || !isServed(path, paths)) throw notServed(request.method, path, paths);
      // Its turn comes before its body, so that what waits is in no memory.
      await caller.slots.use(Math.min(announcedBytes(request, maxRequestBytes), maxRequestBytes), serve);
    } catch (error) {
      if (!passed) noteRefused(caller, path, asRefusal(error));
      throw error;
    }
  }

  /** A call that was not passed on: nothing of it is kept but that it was made, and why it was refused. */
  function noteRefused(caller: Caller, path: string, { code, message, status }: Refusal): void {
    const { task, budget } = caller;
    ledger.note(task, code);
    const nothing = { model: '', request: '', response: '', seconds: 0, tries: 0, rehearsal: false };
    const error = ledger.redact(`${code}: ${message}`).slice(0, 1_000);
    const at = new Date().toISOString();
    write(caller, { ...nothing, at, task, path: path.slice(0, 200), status, error, spent: budget.spending() });
  }

  async function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
    if (response.headersSent) return void response.destroy();
    const { status, code, message, remedy } = asRefusal(error);
    const reusable = code !== 'gateway.slow-request' && (await drain(request, DRAINED_BYTES, DRAIN_SECONDS));
    writeRefusal(response, new Refusal(status, code, ledger.redact(message), remedy), request.url ?? '', !reusable);
    if (!reusable) response.once('finish', () => request.destroy());
  }

  const listening = await listen((request, response) => {
    answer(request, response)
      .catch((error: unknown) => refuse(request, response, error))
      .catch(() => response.destroy());
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    ending.abort();
    closing ??= listening.close();
    return closing;
  };
  options.signal?.addEventListener('abort', () => void close(), { once: true });
  if (options.signal?.aborted) await close();

  return {
    socketFolder: listening.socketFolder,
    socketPath: listening.socketPath,
    baseURL: `http://127.0.0.1:${listening.port}/v1`,
    token: (task, budget = {}, more = {}) => ledger.issue(task, budget, more),
    revoke: (token) => ledger.revoke(token),
    usage: (task) => ledger.usage(task),
    close,
  };
}

const single = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

/** Features that are on trial and let the provider do more than answer: their names are not passed on, so they stay off. */
const REACHING_BETAS = /files-api|mcp|code-execution|skills|web-|container|computer|context-1m|fast-mode|compact/;

/** What Anthropic's clients say in headers: the version of the API, and features on trial. */
function anthropicHeaders(headers: IncomingMessage['headers']): Record<string, string> {
  const version = single(headers['anthropic-version']) ?? '2023-06-01';
  const betas = (single(headers['anthropic-beta']) ?? '').split(',').map((name) => name.trim());
  const kept = betas.filter((name) => /^[\w.-]{1,80}$/.test(name) && !REACHING_BETAS.test(name));
  return {
    'anthropic-version': /^[\w-]{1,20}$/.test(version) ? version : '2023-06-01',
    ...(kept.length > 0 ? { 'anthropic-beta': kept.join(',') } : {}),
  };
}

function isServed(path: string, paths: readonly CallPath[]): path is CallPath {
  return (paths as readonly string[]).includes(path);
}

function notServed(method: string | undefined, path: string, paths: readonly CallPath[]): Refusal {
  const remedy = `Use POST ${paths.join(' or POST ')}, or GET /v1/models.`;
  return new Refusal(404, 'gateway.path', `${method} ${path.slice(0, 100)} is not served here`, remedy);
}

function listModels(response: ServerResponse, models: readonly string[]): void {
  const created_at = '1970-01-01T00:00:00Z';
  const data = models.map((id) => ({
    ...{ id, object: 'model', created: 0, owned_by: 'huxley' },
    ...{ type: 'model', display_name: id, created_at },
  }));
  const page = { object: 'list', data, has_more: false, first_id: models[0] ?? null, last_id: models.at(-1) ?? null };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
}
