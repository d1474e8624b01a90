import { Failure } from './failure.ts';

const HOUR_S = 3600;

export interface LimitState {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Unix time in seconds at which `used` starts again. */
  readonly reset: number;
}

/** Counts each caller's requests in an hour, as GitHub's primary rate limit does. */
export class Limits {
  readonly #limit: number;
  readonly #now: () => number;
  readonly #windows = new Map<string, { used: number; reset: number }>();

  constructor(clock: { now(): Date }, requestsPerHour: number) {
    this.#limit = requestsPerHour;
    this.#now = () => Math.floor(clock.now().getTime() / 1000);
  }

  state(caller: string): LimitState {
    const { used, reset } = this.#window(caller);
    return { limit: this.#limit, used, remaining: Math.max(0, this.#limit - used), reset };
  }

  /** Counts a request; throws GitHub's 403 where the hour's requests are used up. */
  count(caller: string): void {
    const window = this.#window(caller);
    if (window.used >= this.#limit)
      throw new Failure(403, `API rate limit exceeded for ${caller}.`, {}, limitHeaders(this.state(caller)));
    window.used += 1;
  }

  #window(caller: string): { used: number; reset: number } {
    const found = this.#windows.get(caller);
    if (found !== undefined && found.reset > this.#now()) return found;
    const fresh = { used: 0, reset: this.#now() + HOUR_S };
    this.#windows.set(caller, fresh);
    return fresh;
  }
}

export const limitHeaders = ({ limit, used, remaining, reset }: LimitState): Record<string, string> => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-used': String(used),
  'x-ratelimit-reset': String(reset),
  'x-ratelimit-resource': 'core',
});
