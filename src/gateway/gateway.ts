import type { IncomingMessage, ServerResponse } from 'node:http';
import { admit, CALL_PATHS, type CallPath } from './admit.ts';
import type { BudgetLimits } from './budget.ts';
import { type Caller, type GatewayUsage, Ledger } from './ledger.ts';
import { listen } from './listen.ts';
import { type PassContext, pass } from './pass.ts';
import { PRICES, type PriceTable, priceOf } from './prices.ts';
import { recorder, replay } from './recording.ts';
import { asRefusal, Refusal } from './refusal.ts';
import { writeRefusal } from './relay.ts';
import { RETRY, type RetryPolicy } from './retry.ts';
import type { TranscriptSink } from './transcript.ts';
import { type Endpoint, endpoint } from './upstream.ts';

export interface GatewayOptions {
  /** The model's endpoint, or a file recorded earlier that answers in its place. */
  readonly upstream: Endpoint | { readonly replay: string };
  /** Models that may be asked. */
  readonly models: readonly string[];
  /** Everything this gateway may spend. */
  readonly budget: BudgetLimits;
  /** Prices besides, or instead of, the built-in ones. */
  readonly prices?: PriceTable;
  /** Calls that are served; `GET /v1/models` always is. */
  readonly paths?: readonly CallPath[];
  readonly transcript?: TranscriptSink;
  /** File to write what a later replay needs. */
  readonly record?: string;
  /** Values besides the API key that must never be written down. */
  readonly secrets?: readonly string[];
  readonly retry?: RetryPolicy;
  /** Output tokens one answer may have, and gets when a client names no number. */
  readonly maxOutputTokens?: number;
  /** Seconds one call may take, retries included; 600 when absent. */
  readonly callSeconds?: number;
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
  token(task: string, budget?: BudgetLimits): string;
  /** The key is worth nothing from now on. */
  revoke(token: string): void;
  /** What was spent and what went wrong: in all, or for one task. */
  usage(task?: string): GatewayUsage;
  close(): Promise<void>;
}

const MiB = 1024 * 1024;

/** Starts a gateway on a Unix socket of its own and on loopback. It alone holds the key to the model. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { upstream, models } = options;
  const prices = { ...PRICES, ...options.prices };
  const paths = options.paths ?? CALL_PATHS;
  const rules = { models, maxOutputTokens: options.maxOutputTokens ?? 16_384 };
  const ledger = new Ledger(options.budget, [
    ...('apiKey' in upstream ? [upstream.apiKey] : []),
    ...(options.secrets ?? []),
  ]);
  const ending = new AbortController();
  const context: PassContext = {
    upstream: 'replay' in upstream ? replay(upstream.replay) : endpoint(upstream),
    ledger,
    retry: options.retry ?? RETRY,
    maxResponseBytes: options.maxResponseBytes ?? 16 * MiB,
    callSeconds: options.callSeconds ?? 600,
    signal: ending.signal,
    transcript: options.transcript,
    record: options.record === undefined ? undefined : recorder(options.record),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const caller = ledger.callerOf(request.headers.authorization);
    const path = (request.url ?? '').split('?')[0]!;
    if (request.method === 'GET' && path === '/v1/models') return listModels(response, models);
    if (request.method !== 'POST' || !isServed(path, paths)) throw notServed(request.method, path, paths);
    const body = await readBody(request, options.maxRequestBytes ?? 4 * MiB).catch((error: unknown) => {
      if (error instanceof Refusal) noteUnread(caller, path, error);
      throw error;
    });
    const call = admit(path, body, rules);
    const price = priceOf(prices, call.model);
    await caller.slots.use(() => pass(context, call, caller, price, response));
  }

  /** A call too long to be read: nothing of it is kept but that it was made. */
  function noteUnread({ task, budget }: Caller, path: CallPath, { code, message, status }: Refusal): void {
    ledger.note(task, false, code);
    const nothing = { model: '', request: '', response: '', seconds: 0, tries: 0, rehearsal: false };
    const at = new Date().toISOString();
    const error = `${code}: ${message}`;
    options.transcript?.({ ...nothing, at, task, path, status, error, spent: budget.spending() });
  }

  const listening = await listen((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      const { status, code, message, remedy } = asRefusal(error);
      return writeRefusal(response, new Refusal(status, code, ledger.redact(message), remedy));
    });
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
    token: (task, budget = {}) => ledger.issue(task, budget),
    revoke: (token) => ledger.revoke(token),
    usage: (task) => ledger.usage(task),
    close,
  };
}

function isServed(path: string, paths: readonly CallPath[]): path is CallPath {
  return (paths as readonly string[]).includes(path);
}

function notServed(method: string | undefined, path: string, paths: readonly CallPath[]): Refusal {
  const remedy = `Use POST ${paths.join(' or POST ')}, or GET /v1/models.`;
  return new Refusal(404, 'gateway.path', `${method} ${path} is not served here`, remedy);
}

function listModels(response: ServerResponse, models: readonly string[]): void {
  const data = models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'huxley' }));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', data }));
}

async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit)
      throw new Refusal(413, 'gateway.oversize', `the request is over ${limit} bytes`, 'Send a shorter conversation.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
