import { createHmac, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import type { Logger } from 'pino';
import { z } from 'zod';
import { messageOf } from '../../model/error.ts';

export interface ForwardSpec {
  readonly channel: string;
  /** Where this App takes webhooks. */
  readonly target: string;
  /** What GitHub signs them with. */
  readonly secret: string;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Milliseconds between attempts to connect: at first, and at most. */
  readonly retry?: { readonly first: number; readonly most: number };
}

/** Milliseconds: a relay says something every 30 seconds, or the line is dead. */
const SILENCE_MS = 90_000;

/**
 * What a channel sends for a delivery: its headers, and its body as the relay has read it. Some relays (gosmee) also give the very bytes, in
 * base64.
 */
const messageSchema = z.looseObject({
  body: z.unknown().optional(),
  bodyB: z.base64().optional(),
  'x-github-delivery': z.string(),
  'x-github-event': z.string(),
  'x-hub-signature-256': z.string(),
});
type Message = z.infer<typeof messageSchema>;

/** Listens to a channel until it is told to end, and gives this App what GitHub sent there. Connects again whenever the line is lost. */
export async function forward({ retry = { first: 1_000, most: 60_000 }, ...spec }: ForwardSpec): Promise<void> {
  const { channel, log, signal } = spec;
  let wait = retry.first;
  while (!signal.aborted) {
    try {
      await listen(spec, () => {
        log.info({ channel }, 'listening to the channel');
        wait = retry.first;
      });
      log.info({ channel }, 'the channel has ended; connecting again');
    } catch (error) {
      if (!signal.aborted) log.warn({ channel, reason: messageOf(error) }, 'the channel is lost; connecting again');
    }
    await sleep(wait, undefined, { signal }).catch(() => {});
    wait = Math.min(2 * wait, retry.most);
  }
}

async function listen(spec: ForwardSpec, opened: () => void): Promise<void> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new Error('it was silent for too long')), SILENCE_MS);
  try {
    const body = await streamOf(spec.channel, AbortSignal.any([spec.signal, silent.signal]));
    opened();
    const arrived: string[] = [];
    const parser = createParser({
      onEvent: ({ event = 'message', data }) => {
        if (event === 'message') arrived.push(data);
      },
    });
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      timer.refresh();
      parser.feed(text);
      for (const data of arrived.splice(0)) await deliver(spec, data);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** What a channel sends, from now on. gosmee shows people a page there, and sends events at another address. */
async function streamOf(channel: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const { origin, pathname } = new URL(channel);
  for (const address of [channel, `${origin}/events${pathname}`]) {
    const answer = await fetch(address, { headers: { accept: 'text/event-stream' }, signal });
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    if (answer.headers.get('content-type')?.startsWith('text/event-stream') && answer.body !== null) return answer.body;
    await answer.body?.cancel();
  }
  throw new Error('it is not a channel');
}

/** Never throws: one delivery that cannot be given is not the end of the channel. */
async function deliver({ target, secret, log, signal }: ForwardSpec, data: string): Promise<void> {
  const parsed = messageSchema.safeParse(jsonIn(data));
  // A relay's own greeting, or what somebody posted there who is not GitHub.
  if (!parsed.success) return;
  const message = parsed.data;
  const about = { id: message['x-github-delivery'], event: message['x-github-event'] };
  const body = signedBody(message, secret);
  if (body === null)
    return log.warn(
      about,
      'lost a delivery: the relay changed its bytes, or somebody else sent it, and its signature does not match; the sweep finds what it reported',
    );
  const headers = Object.entries(message).filter(
    (entry): entry is [string, string] => /^(x-github-|x-hub-)/.test(entry[0]) && typeof entry[1] === 'string',
  );
  try {
    const answer = await fetch(target, {
      method: 'POST',
      headers: { ...Object.fromEntries(headers), 'content-type': 'application/json' },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]),
    });
    if (answer.ok) log.info(about, 'forwarded a delivery');
    else
      log.warn(
        { ...about, status: answer.status },
        'the App did not accept a delivery; the sweep finds what it reported',
      );
  } catch (error) {
    log.warn(
      { ...about, reason: messageOf(error) },
      'a delivery did not reach the App; the sweep finds what it reported',
    );
  }
}

/**
 * The bytes GitHub signed: those a relay kept, or else the body written again as JavaScript writes JSON, which is how GitHub writes it, but
 * for numbers like `1.0` and objects whose keys are whole numbers. Null where neither matches.
 */
function signedBody(
  { body, bodyB, 'x-hub-signature-256': signature }: Message,
  secret: string,
): Buffer<ArrayBuffer> | null {
  const kept = bodyB === undefined ? [] : [Buffer.from(bodyB, 'base64')];
  const written = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? null));
  return [...kept, written].find((bytes) => isSigned(bytes, signature, secret)) ?? null;
}

function isSigned(bytes: Buffer, signature: string, secret: string): boolean {
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`);
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
