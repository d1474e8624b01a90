/** How often and how patiently a call is tried again. Times in seconds. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly tries: number;
  /** Tries of a call that is told to come later (429); `tries` when absent. */
  readonly busyTries?: number;
  readonly firstWait: number;
  readonly longestWait: number;
  /** A provider asking for a longer pause than this is not waited for. */
  readonly longestRetryAfter: number;
}

export const RETRY: RetryPolicy = { tries: 6, firstWait: 0.5, longestWait: 20, longestRetryAfter: 60 };

const AGAIN = new Set([408, 409, 429]);

export function isRetryable(status: number): boolean {
  return AGAIN.has(status) || status >= 500;
}

const UNKNOWN = new Set([408, 499, 504, 522, 524, 598]);

/** Statuses of a server that gave up waiting: behind it, the model may have answered, and have been paid for it. */
export function mayBeBilled(status: number): boolean {
  return UNKNOWN.has(status);
}

/**
 * Seconds until try number `tried + 1`, or `null` when there should be none: the provider's `retry-after` where it sent
 * one, else exponential backoff; either with up to a quarter on top, so that many callers do not return at once.
 *
 * @param tried tries made so far, >= 1
 * @param retryAfter seconds the provider asked for
 * @param random in [0, 1)
 * @param status what the last try was answered with
 */
export function nextWait(
  policy: RetryPolicy,
  tried: number,
  retryAfter: number | undefined,
  random: number,
  status?: number,
): number | null {
  const tries = status === 429 ? (policy.busyTries ?? policy.tries) : policy.tries;
  if (tried >= tries) return null;
  if (retryAfter !== undefined && retryAfter > policy.longestRetryAfter) return null;
  const wait = retryAfter ?? Math.min(policy.longestWait, policy.firstWait * 2 ** (tried - 1));
  return wait * (1 + random / 4);
}

/** The header's value in seconds: a number, or an HTTP date; `retry-after-ms` wins. Undefined when absent or unreadable. */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const ms = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (ms >= 0) return ms / 1000;
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}
