import { answersNothing, isPreliminary, type ProviderError, providerErrorOf } from './provider-error.ts';
import { cut, nonsense, Refusal, tooLarge } from './refusal.ts';
import { isTooDeep } from './shape/content.ts';
import { eventsOf, jsonOf } from './sse.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** An answer in one piece, all of it here. */
export interface WholeAnswer {
  readonly kind: 'whole';
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** `undefined` when the body is not JSON. */
  readonly json: unknown;
}

/** A stream whose first event of substance has come. */
export interface StreamAnswer {
  readonly kind: 'stream';
  readonly status: number;
  readonly headers: Headers;
  readonly events: AsyncIterable<string>;
}

export type OpenedAnswer = WholeAnswer | StreamAnswer;

/** What an answer begins with, and the provider's error where it is one in disguise. Nothing of it has reached the client yet. */
export interface Opening {
  readonly answer: OpenedAnswer;
  readonly error?: ProviderError;
  /** The event or body that holds the error; it may say what was used. */
  readonly json?: unknown;
}

/**
 * Opens an answer as far as it takes to tell whether it is one. Throws a `Refusal` for what is too large, cut, or not JSON.
 *
 * @param limit bytes an answer may have
 * @param count is told of bytes as they come; may throw
 */
export async function openAnswer(
  { status, headers, chunks }: UpstreamAnswer,
  limit: number,
  count: (bytes: number) => void,
): Promise<Opening> {
  const upstream = { status, headers, chunks: counted(chunks, limit, count) };
  const ok = upstream.status >= 200 && upstream.status < 300;
  if (ok && upstream.headers.get('content-type')?.startsWith('text/event-stream') === true)
    return await openStream(upstream);
  const body = await readWhole(upstream);
  const json = parse(body);
  const answer: WholeAnswer = { kind: 'whole', status: upstream.status, headers: upstream.headers, body, json };
  if (!ok) return { answer };
  if (json === undefined || isTooDeep(json, 256)) throw nonsense(body);
  const error = providerErrorOf(json) ?? (answersNothing(json) ? empty(body) : undefined);
  return error === undefined ? { answer } : { answer, error, json };
}

/** The answer the provider should have given instead of an error with status 200. */
export function asRefusedAnswer({ headers }: OpenedAnswer, error: ProviderError): WholeAnswer {
  const json = { error: { message: error.message, type: 'provider_error', code: error.code, param: null } };
  return { kind: 'whole', status: error.status, headers, body: JSON.stringify(json), json };
}

/** A client waits this long for the first sign of a stream that says nothing yet but that it is alive. */
const HOLD_MS = 20_000;
const MOST_HELD = 100;

async function openStream(upstream: UpstreamAnswer): Promise<Opening> {
  const { status, headers } = upstream;
  const events = eventsOf(upstream.chunks);
  const held: string[] = [];
  const until = performance.now() + HOLD_MS;
  let json: unknown;
  for (let more = true; more; ) {
    const next = await events.next().catch((error: unknown) => {
      throw error instanceof Refusal ? error : cut(error);
    });
    if (next.done === true) break;
    held.push(next.value);
    json = jsonOf(next.value);
    more = held.length < MOST_HELD && performance.now() < until && isPreliminary(json);
  }
  const answer = { kind: 'stream', status, headers, events: withFirst(held, events) } as const;
  const error = providerErrorOf(json);
  if (error === undefined) return { answer };
  await events.return(undefined).catch(() => undefined);
  return { answer, error, json };
}

async function* withFirst(first: readonly string[], rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield* first;
  yield* rest;
}

async function readWhole({ chunks }: UpstreamAnswer): Promise<string> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const chunk of chunks) pieces.push(chunk);
  } catch (error) {
    throw error instanceof Refusal ? error : cut(error);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    count(chunk.byteLength);
    yield chunk;
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function empty(body: string): ProviderError {
  return { message: `an answer without any answer in it: ${body.slice(0, 300)}`, again: true, status: 502, code: null };
}
