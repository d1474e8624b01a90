import { setTimeout as sleep } from 'node:timers/promises';
import { HuxleyError, messageOf } from '../model/error.ts';
import type { Reservation } from './budget.ts';
import { Refusal } from './refusal.ts';
import { isRetryable, nextWait, type RetryPolicy, retryAfterOf } from './retry.ts';
import { NotSent, type Upstream, type UpstreamAnswer, type UpstreamCall } from './upstream.ts';

export interface Exchange {
  readonly answer: UpstreamAnswer;
  /** Still open: to be settled by what the answer reports. */
  readonly reservation: Reservation;
  readonly tries: number;
}

/**
 * Gets a call answered, trying again where that may help. Every try reserves first; a try that was refused by the
 * provider costs nothing, one that broke off may have cost all it could.
 *
 * @param abandoned whether the caller is gone; then there is no (other) try
 */
export async function exchange(
  upstream: Upstream,
  call: UpstreamCall,
  policy: RetryPolicy,
  reserve: () => Reservation,
  abandoned: () => boolean,
): Promise<Exchange> {
  for (let tries = 1; ; tries++) {
    if (abandoned()) throw new Refusal(499, 'gateway.abandoned', 'the caller is gone', 'Nothing; nobody waits for it.');
    const reservation = reserve();
    let retryAfter: number | undefined;
    let failure: Refusal;
    try {
      const answer = await upstream.send(call);
      if (answer.status >= 300 && answer.status < 400) throw redirected(answer.headers.get('location'));
      if (!isRetryable(answer.status)) return { answer, reservation, tries };
      reservation.release();
      retryAfter = retryAfterOf(answer.headers, Date.now());
      failure = refused(answer.status, tries, await firstWords(answer.chunks));
    } catch (error) {
      if (error instanceof HuxleyError) {
        reservation.release();
        throw error;
      }
      if (error instanceof NotSent) reservation.release();
      else reservation.forfeit();
      if (call.signal.aborted) throw givenUp(call.signal.reason);
      failure = unreachable(error, tries);
    }
    const wait = nextWait(policy, tries, retryAfter, Math.random());
    if (wait === null) throw failure;
    await sleep(wait * 1000, undefined, { signal: call.signal }).catch(() => {
      throw failure;
    });
  }
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
    'Set models.baseURL to where the endpoint really is.',
  );
}

function refused(status: number, tries: number, words: string): Refusal {
  return new Refusal(
    status === 429 ? 429 : 502,
    status === 429 ? 'gateway.rate-limited' : 'gateway.upstream',
    `the model's endpoint answered ${status} to each of ${tries} tries${words && `: ${words}`}`,
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
    'Check models.baseURL and the network of the machine that runs the gateway.',
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
