import { setTimeout as sleep } from 'node:timers/promises';
import { HuxleyError, messageOf } from '../model/error.ts';
import type { AdmittedCall } from './dialect/admit.ts';
import type { Composed } from './dialect/dialect.ts';
import type { Dialects } from './dialect/dialects.ts';
import { asRefusedAnswer, type OpenedAnswer, openAnswer } from './dialect/opened.ts';
import { Refusal } from './dialect/refusal.ts';
import { isRetryable, mayBeBilled, nextWait, type RetryPolicy, retryAfterOf } from './dialect/retry.ts';
import { NotSent, type Upstream } from './dialect/upstream.ts';
import type { Reservation } from './money/budget.ts';
import type { TokenCount } from './money/prices.ts';
import { usageOf } from './money/usage.ts';

export interface Exchange {
  readonly answer: OpenedAnswer;
  /** As it was sent in the end. */
  readonly sent: Composed;
  /** Still open: to be settled by what the answer reports. */
  readonly reservation: Reservation;
  readonly tries: number;
}

export interface ExchangeContext {
  readonly upstream: Upstream;
  readonly dialects: Dialects;
  readonly policy: RetryPolicy;
  readonly signal: AbortSignal;
  readonly task: string;
  readonly maxResponseBytes: number;
  /** Is told of an answer's bytes as they come; throws where they are too many. */
  readonly count: (bytes: number) => void;
  /** Sets aside what a try may cost. */
  readonly reserve: (sent: Composed) => Promise<Reservation>;
  /** Settles a try that failed and yet reports what it used. */
  readonly settle: (reservation: Reservation, used: TokenCount) => void;
  /** Waits for this call's turn; throws when nobody waits for the call any more. */
  readonly turn: () => Promise<void>;
}

/** Ways of asking that are tried for one call before its refusal is believed. */
const MOST_LESSONS = 8;

/**
 * Gets a call answered, trying again where that may help. Every try reserves first; a try that was refused by the provider
 * costs nothing, one whose outcome is not known may have cost all it could.
 */
export async function exchange(context: ExchangeContext, call: AdmittedCall): Promise<Exchange> {
  const { upstream, policy, signal, dialects } = context;
  const asking = dialects.for(call);
  let failure: Refusal | undefined;
  for (let tries = 1; ; tries++) {
    await context.turn();
    const sent = asking.compose();
    const reservation = await reserveOr(failure, () => context.reserve(sent));
    let retryAfter: number | undefined;
    try {
      const { task } = context;
      const upstreamAnswer = await upstream.send({
        ...{ task, path: call.path, body: sent.body, signal },
        ...(call.headers ? { headers: call.headers } : {}),
      });
      const { status, headers, chunks } = upstreamAnswer;
      if (status >= 300 && status < 400) throw redirected(headers.get('location'));
      if (isRetryable(status)) {
        if (mayBeBilled(status)) reservation.forfeit();
        else reservation.release();
        retryAfter = retryAfterOf(headers, Date.now());
        failure = refused(status, tries, await firstWords(chunks));
      } else {
        const {
          answer: opened,
          error,
          json,
        } = await openAnswer(upstreamAnswer, context.maxResponseBytes, context.count);
        if (!error?.again) {
          const answer = error === undefined ? opened : asRefusedAnswer(opened, error);
          if (answer.kind === 'whole' && asking.learn(answer, sent, MOST_LESSONS)) {
            reservation.release();
            tries--;
            continue;
          }
          if (answer.status < 300) asking.confirm();
          return { answer, sent, reservation, tries };
        }
        const used = usageOf(json);
        if (used) context.settle(reservation, used);
        else reservation.release();
        failure = refused(error.status, tries, error.message, opened.status);
      }
    } catch (error) {
      if (error instanceof NotSent || isOurRefusal(error)) reservation.release();
      else reservation.forfeit();
      if (signal.aborted) throw givenUp(signal.reason);
      if (error instanceof HuxleyError) throw error;
      failure = unreachable(error, tries);
    }
    const wait = nextWait(policy, tries, retryAfter, Math.random(), failure.status);
    if (wait === null) throw failure;
    await sleep(wait * 1000, undefined, { signal }).catch(() => {
      throw failure;
    });
  }
}

/** A budget used up by tries that failed is the failure's doing: that is what the call ends in. */
async function reserveOr(failure: Refusal | undefined, reserve: () => Promise<Reservation>): Promise<Reservation> {
  try {
    return await reserve();
  } catch (error) {
    throw failure ?? error;
  }
}

/** Refusals that say nothing was done: a redirect, a recording without an answer. What came and broke off was done in part. */
function isOurRefusal(error: unknown): boolean {
  return error instanceof HuxleyError && !/^gateway\.(cut|too-large|nonsense)$/.test(error.code);
}

function givenUp(reason: unknown): Refusal {
  return reason instanceof DOMException && reason.name === 'TimeoutError'
    ? new Refusal(
        504,
        'gateway.upstream-timeout',
        'the model took too long to answer',
        'Ask for less, or choose a faster model.',
      )
    : new Refusal(503, 'gateway.ended', 'the job is over, and so is this call', 'Nothing; the work ended.');
}

function redirected(location: string | null): Refusal {
  return new Refusal(
    502,
    'gateway.upstream-redirect',
    `the model's endpoint redirects to ${location ?? 'another place'}; the key is not sent there`,
    'Set the `baseURL` of the model in .github/huxley.yml to where the endpoint really is.',
  );
}

function refused(status: number, tries: number, words: string, inside?: number): Refusal {
  const how = inside === undefined ? String(status) : `${inside} with an error (${status}) in it`;
  return new Refusal(
    status === 429 ? 429 : 502,
    status === 429 ? 'gateway.rate-limited' : 'gateway.upstream',
    `the model's endpoint answered ${how} to each of ${tries} tries${words && `: ${words.slice(0, 300)}`}`,
    status === 429
      ? 'Lower the concurrency or raise the rate limit at the provider.'
      : 'Look at the provider’s status.',
  );
}

function unreachable(error: unknown, tries: number): Refusal {
  const cause = (error as Error).cause;
  const text = error instanceof NotSent || cause === undefined ? messageOf(error) : messageOf(cause);
  return new Refusal(
    502,
    'gateway.upstream',
    `no answer from the model's endpoint in ${tries} tries: ${text}`,
    'Check the `baseURL` of the model in .github/huxley.yml, and the network of the machine that runs the gateway.',
    { cause: error },
  );
}

/** The start of an error's body, on one line. */
async function firstWords(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  try {
    for await (const chunk of chunks) {
      text += Buffer.from(chunk).toString();
      if (text.length > 2_000) break;
    }
  } catch {
    // the status says enough
  }
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}
