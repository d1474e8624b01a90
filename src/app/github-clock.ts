import type { Octokit } from '../github/octokit/octokit.ts';
import type { Clock } from '../run/state/clock.ts';

/** Milliseconds by which an answer may seem early or late: whole seconds are told, and answers take their time. */
const SLACK_MS = 5_000;

/**
 * A clock that shows GitHub's time: what its answers say, carried on by a clock nobody sets. The machine's own clock counts
 * only until the first answer, so setting it, forward or back, gives up no job, ends no run and waits for nothing.
 */
export class GitHubClock implements Clock {
  readonly #own: Clock;
  readonly #heard = new WeakSet<object>();
  /** Milliseconds by which GitHub's time is ahead of the monotonic clock. */
  #ahead: number | undefined;
  /** The same by the last answer, if that was far off. */
  #odd: number | undefined;

  constructor(own: Clock) {
    this.#own = own;
  }

  now(): Date {
    return this.#ahead === undefined ? this.#own.now() : new Date(this.#own.monotonic() + this.#ahead);
  }

  monotonic(): number {
    return this.#own.monotonic();
  }

  sleep(milliseconds: number): Promise<void> {
    return this.#own.sleep(milliseconds);
  }

  /** Takes in when an answer was sent. A time far from the expected one counts once a second answer in a row agrees. */
  observe(date: string | undefined): void {
    const ahead = Date.parse(date ?? '') - this.#own.monotonic();
    if (Number.isNaN(ahead)) return;
    const near = (known: number | undefined) => known !== undefined && Math.abs(ahead - known) <= SLACK_MS;
    if (this.#ahead === undefined || near(this.#odd)) this.#ahead = ahead;
    this.#odd = near(this.#ahead) ? undefined : ahead;
  }

  /** Observes every answer an Octokit gets. */
  listen(octokit: Octokit): Octokit {
    if (this.#heard.has(octokit)) return octokit;
    this.#heard.add(octokit);
    octokit.hook.after('request', ({ headers }) => this.observe(headers.date));
    return octokit;
  }
}
