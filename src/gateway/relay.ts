import type { ServerResponse } from 'node:http';
import type { Composed } from './dialect/dialect.ts';
import type { StreamAnswer, WholeAnswer } from './dialect/opened.ts';
import { isPreliminary, providerErrorOf } from './dialect/provider-error.ts';
import { cut, isMessages, Refusal, refusalBody } from './dialect/refusal.ts';
import { dataOf, jsonOf } from './dialect/sse.ts';
import type { TokenCount } from './money/prices.ts';
import { usageOf } from './money/usage.ts';
import { eventsWithoutCacheCounts, withoutCacheCounts } from './record/cache-counts.ts';
import type { Redactor } from './record/redact.ts';
import { StreamRedactor } from './record/stream-redactor.ts';

/** What an answer turned out to be, once all of it was passed on. */
export interface Relayed {
  /** The whole body as the model's endpoint sent it, secrets removed. */
  readonly body: string;
  /** Undefined when the answer did not say. */
  readonly usage: TokenCount | undefined;
  /** It spoke of usage, if not in a way that can be believed. */
  readonly spokeOfUsage: boolean;
  /** The model and the tier that answered, by the answer's own words. */
  readonly model: string | undefined;
  readonly tier: string | undefined;
  /** What it says it cost, in US dollars. */
  readonly costUSD: number | undefined;
  readonly rehearsal: boolean;
  readonly failure?: Refusal;
  /** The provider's own error came before any word of the answer. */
  readonly unsaid?: boolean;
}

/** An answer in one piece. Cache counts are removed for the client; billing and the record keep them. */
export function relayWhole(answer: WholeAnswer, response: ServerResponse, redact: Redactor): Relayed {
  const { status, body, json } = answer;
  response.writeHead(status, { 'content-type': json === undefined ? 'text/plain' : 'application/json' });
  const clean = redact.body(body, json);
  const shown = JSON.stringify(withoutCacheCounts(json));
  response.end(shown === JSON.stringify(json) ? clean : redact.body(shown, JSON.parse(shown)));
  const facts = new Facts(answer.headers);
  facts.add(json);
  return facts.relayed(clean);
}

/** A stream of events: each is passed on as it comes. A stream that breaks off ends with an event that says so. */
export async function relayStream(
  answer: StreamAnswer,
  { hideUsage, path }: Pick<Composed, 'hideUsage'> & { readonly path: string },
  response: ServerResponse,
  redact: Redactor,
): Promise<Relayed> {
  const facts = new Facts(answer.headers);
  const body: string[] = [];
  const end = new End();
  const clean = new StreamRedactor(redact);
  let failure: Refusal | undefined;
  let said = false;
  let unsaid = false;
  response.writeHead(answer.status, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  try {
    for await (const event of answer.events) {
      const json = jsonOf(event);
      facts.add(json);
      end.add(event, json);
      const error = providerErrorOf(json);
      unsaid ||= error !== undefined && !said;
      said ||= !isPreliminary(json);
      if (error !== undefined)
        failure = new Refusal(
          502,
          'gateway.upstream',
          `the answer broke off with an error: ${error.message}`,
          'Try again.',
        );
      if (hideUsage && facts.justReported && hasNoChoices(json)) {
        body.push(redact(event));
        continue;
      }
      const text = clean.push(event, json);
      body.push(text);
      if (text !== '' && !response.destroyed && !response.write(eventsWithoutCacheCounts(text)))
        await new Promise<void>((resume) => {
          response.once('drain', resume).once('close', resume);
        });
    }
    if (!end.reached && failure === undefined) throw new Error('it ended before its last event');
  } catch (error) {
    if (!end.reached) {
      failure ??= error instanceof Refusal ? error : cut(error);
      const rest = clean.flush();
      body.push(rest);
      const event = isMessages(path) ? 'event: error\n' : '';
      response.write(`${eventsWithoutCacheCounts(rest)}${event}data: ${redact(refusalBody(failure, path))}\n\n`);
    }
  }
  const last = clean.flush();
  response.end(eventsWithoutCacheCounts(last));
  body.push(last);
  return { ...facts.relayed(body.join('')), ...(failure ? { failure, unsaid } : {}) };
}

export function writeRefusal(response: ServerResponse, refusal: Refusal, path: string, close = false): void {
  // Clients retry by themselves unless told; the gateway has done so already.
  response.writeHead(refusal.status, {
    'content-type': 'application/json',
    'x-should-retry': 'false',
    ...(close ? { connection: 'close' } : {}),
  });
  response.end(refusalBody(refusal, path));
}

/** What the parts of an answer say about it. */
class Facts {
  readonly #headers: Headers;
  #usage: TokenCount | undefined;
  #spoke = false;
  #model: string | undefined;
  #tier: string | undefined;
  #costUSD: number | undefined;
  #rehearsal: boolean;
  #counts: object = {};
  justReported = false;

  constructor(headers: Headers) {
    this.#headers = headers;
    this.#rehearsal = headers.get('x-huxley-rehearsal') === 'true';
  }

  add(json: unknown): void {
    this.justReported = false;
    if (typeof json !== 'object' || json === null) return;
    const { response, message } = json as { response?: unknown; message?: unknown };
    const inner = response ?? message;
    const usage = usageOf(this.#whole(json));
    this.justReported = usage !== undefined;
    this.#usage = usage ?? this.#usage;
    for (const part of [json, inner] as Partial<Record<string, unknown>>[]) {
      if (typeof part !== 'object' || part === null) continue;
      this.#spoke ||= (part.usage ?? null) !== null;
      const { cost } = (part.usage ?? {}) as { readonly cost?: unknown };
      if (typeof cost === 'number' && Number.isFinite(cost) && cost > 0) this.#costUSD = cost;
      if (typeof part.model === 'string') this.#model = part.model;
      if (typeof part.service_tier === 'string') this.#tier = part.service_tier;
      this.#rehearsal ||= part.system_fingerprint === 'rehearsal';
    }
  }

  /** Messages says in its first event what came in and in a later one what went out: both make the usage. */
  #whole(json: object): object {
    const { type, message, usage } = json as {
      readonly type?: unknown;
      readonly message?: { readonly usage?: object } | null;
      readonly usage?: object | null;
    };
    if (type === 'message_start') this.#counts = { ...message?.usage };
    else if (type === 'message_delta')
      this.#counts = {
        ...this.#counts,
        ...Object.fromEntries(Object.entries(usage ?? {}).filter(([, n]) => n !== null)),
      };
    else return json;
    return { usage: this.#counts };
  }

  relayed(body: string): Relayed {
    return {
      body,
      usage: this.#usage,
      spokeOfUsage: this.#spoke,
      model: this.#model,
      tier: this.#tier ?? this.#headers.get('x-service-tier') ?? undefined,
      costUSD: this.#costUSD,
      rehearsal: this.#rehearsal,
    };
  }
}

/** Tells the end of a stream: `[DONE]`, the last event of a response, or a reason to finish for every choice. */
class End {
  readonly #open = new Set<unknown>();
  readonly #finished = new Set<unknown>();
  #said = false;

  add(event: string, json: unknown): void {
    const { type, choices } = (json ?? {}) as { type?: unknown; choices?: unknown };
    this.#said ||= dataOf(event) === '[DONE]';
    this.#said ||= typeof type === 'string' && /^(response\.(completed|incomplete|failed)|message_stop)$/.test(type);
    for (const choice of Array.isArray(choices) ? choices : []) {
      const { index = 0, finish_reason } = (choice ?? {}) as { index?: unknown; finish_reason?: unknown };
      this.#open.add(index);
      if (typeof finish_reason === 'string') this.#finished.add(index);
    }
  }

  get reached(): boolean {
    return this.#said || (this.#finished.size > 0 && this.#finished.size === this.#open.size);
  }
}

function hasNoChoices(event: unknown): boolean {
  const { choices } = event as { choices?: unknown };
  return Array.isArray(choices) && choices.length === 0;
}
