import { Failure } from './failure.ts';

const HOUR_S = 3600;

export interface LimitState {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Unix time in seconds at which `used` starts again. */
  readonly reset: number;
}

/** How a local GitHub limits its callers. */
export interface LimitOptions {
  /** The primary limit (default: 5,000, an installation's smallest). */
  readonly requestsPerHour?: number;
  /** Whether secondary limits hold as well; by default they do not, since tests write faster than anybody may. */
  readonly secondary?: boolean;
  /** How many times as fast minutes and hours pass (default: 1). */
  readonly speed?: number;
}

/**
 * Secondary limits (docs.github.com, "Rate limits for the REST API", 2026): at once; points a minute, of which a read costs 1 and a
 * write 5; requests that make content, which are taken to be all writes, a minute and an hour.
 */
const SECONDARY = { atOnce: 100, points: 900, read: 1, write: 5, contentPerMinute: 80, contentPerHour: 500 };

interface Recent {
  atOnce: number;
  /** When a request came, in milliseconds, and its points. */
  points: [at: number, points: number][];
  /** When content was made. */
  content: number[];
}

/** Counts each caller's requests as GitHub's primary rate limit does, and its secondary ones where they are asked for. */
export class Limits {
  readonly #limit: number;
  readonly #secondary: boolean;
  readonly #speed: number;
  readonly #clock: { now(): Date };
  readonly #windows = new Map<string, { used: number; reset: number }>();
  readonly #recent = new Map<string, Recent>();
  /** Requests refused for a secondary limit. */
  refused = 0;

  constructor(clock: { now(): Date }, { requestsPerHour = 5_000, secondary = false, speed = 1 }: LimitOptions = {}) {
    this.#limit = requestsPerHour;
    this.#secondary = secondary;
    this.#speed = speed;
    this.#clock = clock;
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

  /** Counts a request against the secondary limits; throws GitHub's 403 where one is reached. Call what it gives once it is answered. */
  enter(caller: string, writes: boolean): () => void {
    if (!this.#secondary) return () => {};
    const now = this.#clock.now().getTime();
    const recent = this.#recent.get(caller) ?? { atOnce: 0, points: [], content: [] };
    this.#recent.set(caller, recent);
    const [minute, hour] = [60_000 / this.#speed, 3_600_000 / this.#speed];
    recent.points = recent.points.filter(([at]) => at > now - minute);
    recent.content = recent.content.filter((at) => at > now - hour);
    const points = writes ? SECONDARY.write : SECONDARY.read;
    const spent = recent.points.reduce((sum, [, each]) => sum + each, points);
    const lately = recent.content.filter((at) => at > now - minute);
    if (recent.atOnce >= SECONDARY.atOnce) this.#refuse(1_000);
    if (spent > SECONDARY.points) this.#refuse(recent.points[0]![0] + minute - now);
    if (writes && lately.length >= SECONDARY.contentPerMinute) this.#refuse(lately[0]! + minute - now);
    if (writes && recent.content.length >= SECONDARY.contentPerHour) this.#refuse(recent.content[0]! + hour - now);
    recent.points.push([now, points]);
    if (writes) recent.content.push(now);
    recent.atOnce++;
    return () => void recent.atOnce--;
  }

  #refuse(waitMs: number): never {
    this.refused++;
    throw new Failure(403, SECONDARY_MESSAGE, {}, { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))) });
  }

  #window(caller: string): { used: number; reset: number } {
    const now = Math.floor(this.#clock.now().getTime() / 1000);
    const found = this.#windows.get(caller);
    if (found !== undefined && found.reset > now) return found;
    const fresh = { used: 0, reset: now + Math.ceil(HOUR_S / this.#speed) };
    this.#windows.set(caller, fresh);
    return fresh;
  }
}

export const SECONDARY_MESSAGE =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';

export const limitHeaders = ({ limit, used, remaining, reset }: LimitState): Record<string, string> => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-used': String(used),
  'x-ratelimit-reset': String(reset),
  'x-ratelimit-resource': 'core',
});
