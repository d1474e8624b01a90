import type { ServerResponse } from 'node:http';
import type { AdmittedCall } from './admit.ts';
import type { TokenCount } from './prices.ts';
import type { Redact } from './redact.ts';
import { Refusal, refusalBody } from './refusal.ts';
import { dataOf, eventsOf, jsonOf } from './sse.ts';
import type { UpstreamAnswer } from './upstream.ts';
import { usageOf } from './usage.ts';

/** What an answer turned out to be, once all of it was passed on. */
export interface Relayed {
  /** The whole body as the model's endpoint sent it. */
  readonly body: string;
  /** Undefined when the answer did not say. */
  readonly usage: TokenCount | undefined;
  readonly rehearsal: boolean;
  readonly failure?: Refusal;
}

/** An answer in one piece: checked before a byte of it reaches the client. */
export async function relayWhole(
  answer: UpstreamAnswer,
  response: ServerResponse,
  redact: Redact,
  limit: number,
): Promise<Relayed> {
  let body = '';
  const decoder = new TextDecoder();
  let failure: Refusal | undefined;
  try {
    for await (const chunk of answer.chunks) {
      body += decoder.decode(chunk, { stream: true });
      if (body.length > limit) throw tooLarge(limit);
    }
    body += decoder.decode();
  } catch (error) {
    failure = error instanceof Refusal ? error : cut(error);
  }
  const parsed = failure ? undefined : parse(body);
  const ok = answer.status >= 200 && answer.status < 300;
  if (!failure && ok && parsed === undefined) failure = nonsense(redact(body));
  if (failure) {
    writeRefusal(response, failure);
    return { body, usage: undefined, rehearsal: false, failure };
  }
  response.writeHead(answer.status, { 'content-type': parsed === undefined ? 'text/plain' : 'application/json' });
  response.end(redact(body));
  return { body, usage: usageOf(parsed), rehearsal: isRehearsal(answer, parsed) };
}

/** A stream of events: each is passed on as it comes. A stream that breaks off ends with an event that says so. */
export async function relayStream(
  answer: UpstreamAnswer,
  call: AdmittedCall,
  response: ServerResponse,
  redact: Redact,
  limit: number,
): Promise<Relayed> {
  let body = '';
  let usage: TokenCount | undefined;
  let rehearsal = false;
  let ended = false;
  let failure: Refusal | undefined;
  response.writeHead(answer.status, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  try {
    for await (const event of eventsOf(answer.chunks)) {
      body += event;
      if (body.length > limit) throw tooLarge(limit);
      const json = jsonOf(event);
      const reported = usageOf(json);
      usage = reported ?? usage;
      rehearsal ||= isRehearsal(answer, json);
      ended ||= dataOf(event) === '[DONE]' || isLast(json);
      if (call.hideUsage && reported && hasNoChoices(json)) continue;
      if (!response.destroyed && !response.write(redact(event)))
        await new Promise<void>((resume) => {
          response.once('drain', resume).once('close', resume);
        });
    }
    if (!ended) throw new Error('it ended before its last event');
  } catch (error) {
    failure = error instanceof Refusal ? error : cut(error);
    response.write(`data: ${refusalBody(failure)}\n\n`);
  }
  response.end();
  return { body, usage, rehearsal, ...(failure ? { failure } : {}) };
}

export function writeRefusal(response: ServerResponse, refusal: Refusal): void {
  // Clients of OpenAI's retry by themselves unless told; the gateway has done so already.
  response.writeHead(refusal.status, { 'content-type': 'application/json', 'x-should-retry': 'false' });
  response.end(refusalBody(refusal));
}

function isRehearsal(answer: UpstreamAnswer, body: unknown): boolean {
  const fingerprint = (body as { system_fingerprint?: unknown } | undefined)?.system_fingerprint;
  return answer.headers.get('x-huxley-rehearsal') === 'true' || fingerprint === 'rehearsal';
}

/** The Responses API has no `[DONE]`: its last event says how the response ended. */
function isLast(event: unknown): boolean {
  const type = (event as { type?: unknown } | undefined)?.type;
  return typeof type === 'string' && /^response\.(completed|incomplete|failed)$/.test(type);
}

function hasNoChoices(event: unknown): boolean {
  const { choices } = event as { choices?: unknown };
  return Array.isArray(choices) && choices.length === 0;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function cut(cause: unknown): Refusal {
  const inner = (cause as Error).cause ?? cause;
  return new Refusal(
    502,
    'gateway.cut',
    `the model's answer broke off: ${inner instanceof Error ? inner.message : String(inner)}`,
    'What came of it is not used; its cost is counted in full. Try again.',
    { cause },
  );
}

function tooLarge(limit: number): Refusal {
  return new Refusal(502, 'gateway.too-large', `the model's answer is over ${limit} bytes`, 'Ask for fewer tokens.');
}

function nonsense(body: string): Refusal {
  const start = JSON.stringify(body.slice(0, 120));
  return new Refusal(
    502,
    'gateway.nonsense',
    `the model's endpoint answered something that is not JSON: ${start}`,
    'Check that models.baseURL is an OpenAI-compatible endpoint.',
  );
}
