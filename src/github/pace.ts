import { HuxleyError } from '../model/error.ts';
import { counting, lastHour, type WriteLimits, type WriteTaken, writeWait } from '../model/limits/write-window.ts';

export type { WriteLimits };

/** GitHub's own secondary limits on requests that make content (docs.github.com, "Rate limits for the REST API"). */
export const GITHUB_WRITE_LIMITS: WriteLimits = { perMinute: 80, perHour: 500 };

/**
 * What a write is for, the most urgent first: an answer to a person, work to be done, evidence of what was done, the text of a
 * comment or pull request brought up to date.
 */
export type WriteKind = 'answer' | 'work' | 'evidence' | 'edit';

/** Milliseconds a write lets more urgent ones pass. Answers pass all others. */
const PATIENCE_MS: Readonly<Record<Exclude<WriteKind, 'answer'>, number>> = {
  work: 30_000,
  evidence: 300_000,
  edit: 900_000,
};

/** Share of the limits that only answers use, so that people are answered while a run has spent the rest. */
const RESERVED = 0.1;

/** Milliseconds between two looks whether a write may be made: other processes make some, too. */
const LOOK_MS = 1_000;

interface Clock {
  /** Milliseconds that never go back: a clock that is set must not hold writes up. */
  monotonic(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Takes note of a write if the limits allow one now. */
export type TakeWrite = (limits: WriteLimits) => Promise<WriteTaken>;

/** For a process that is alone with its writes, and has no store. */
export function takeInMemory(clock: Pick<Clock, 'monotonic'>): TakeWrite {
  let times: number[] = [];
  return async (limits) => {
    const now = clock.monotonic();
    times = counting(times, now);
    const used = lastHour(times, now, limits);
    const waitMs = writeWait(times, now, limits);
    if (waitMs === 0) times.push(now);
    return { waitMs, used };
  };
}

/** A write was not made because waiting for GitHub's limits had to end. Nothing is wrong: it is made later. */
export class PutOff extends HuxleyError {
  constructor(message: string) {
    super('forge.put-off', message, 'Nothing needs to be done: it is made as soon as GitHub’s limits allow.');
  }
}

interface Waiting {
  readonly kind: WriteKind;
  readonly repository: string;
  /** When more urgent ones no longer pass it. */
  readonly due: number;
  readonly go: () => void;
  readonly fail: (error: unknown) => void;
}

/** Holds the writes of one installation back so that it stays within GitHub's limits; the most urgent go first. */
export class WritePace {
  readonly #limits: WriteLimits;
  readonly #others: WriteLimits;
  readonly #speed: number;
  readonly #take: TakeWrite;
  readonly #clock: Clock;
  #waiting: Waiting[] = [];
  #going = false;
  #used = 0;
  #closed = false;

  constructor(limits: WriteLimits, take: TakeWrite, clock: Clock) {
    const less = (limit: number) => Math.max(1, Math.floor(limit * (1 - RESERVED)));
    this.#limits = limits;
    this.#others = { ...limits, perMinute: less(limits.perMinute), perHour: less(limits.perHour) };
    this.#speed = limits.speed ?? 1;
    this.#take = take;
    this.#clock = clock;
  }

  /**
   * Resolves once a write to a repository may be made, which counts as made.
   * @throws PutOff where it gave way, or would wait and the pace is closed
   */
  wait(kind: WriteKind, repository = ''): Promise<void> {
    return new Promise((go, fail) => {
      const due = this.#clock.monotonic() + (kind === 'answer' ? 0 : PATIENCE_MS[kind] / this.#speed);
      this.#waiting.push({ kind, repository, due, go, fail });
      if (!this.#going) void this.#serve();
    });
  }

  /** Puts off what waits to be written to a repository, answers excepted: somebody has a more urgent use for it. */
  giveWay(repository: string): void {
    const gives = (each: Waiting) => each.kind !== 'answer' && each.repository === repository;
    const [giving, rest] = [this.#waiting.filter(gives), this.#waiting.filter((each) => !gives(each))];
    this.#waiting = rest;
    for (const { fail } of giving) fail(new PutOff('A write gave way to a command.'));
  }

  /** Whether so many writes were made in the last hour that they are to be saved. */
  get frugal(): boolean {
    return this.#used >= this.#limits.perHour * (this.#limits.frugalFrom ?? 0.3);
  }

  /** From now on a write is made at once or refused. */
  close(): void {
    this.#closed = true;
  }

  async #serve(): Promise<void> {
    this.#going = true;
    try {
      while (this.#waiting.length > 0) {
        const next = this.#next();
        const { waitMs: wait, used } = await this.#take(next.kind === 'answer' ? this.#limits : this.#others);
        this.#used = used;
        if (wait > 0 && !this.#closed) {
          await this.#clock.sleep(Math.min(wait, LOOK_MS / this.#speed));
          continue;
        }
        // It may have given way meanwhile; then the write that was noted is not made.
        this.#waiting = this.#waiting.filter((each) => each !== next);
        if (wait > 0) next.fail(new PutOff('Huxley is shutting down, and GitHub’s limits allow no write now.'));
        else next.go();
      }
    } catch (error) {
      for (const { fail } of this.#waiting) fail(error);
      this.#waiting = [];
    } finally {
      this.#going = false;
    }
  }

  #next(): Waiting {
    const answers = this.#waiting.filter(({ kind }) => kind === 'answer');
    return (answers.length > 0 ? answers : this.#waiting).reduce((first, each) =>
      each.due < first.due ? each : first,
    );
  }
}
