/** Content writes allowed in a minute and in an hour; GitHub's own secondary limits are 80 and 500. */
export interface WriteLimits {
  readonly perMinute: number;
  readonly perHour: number;
}

export const GITHUB_WRITE_LIMITS: WriteLimits = { perMinute: 80, perHour: 500 };

interface Clock {
  /** Milliseconds that never go back: a clock that is set must not hold writes up. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Holds writes back so that no window of a minute or an hour has more of them than allowed. First come, first served. */
export function writePace(limits: WriteLimits, clock: Clock): () => Promise<void> {
  const times: number[] = [];
  let last: Promise<void> = Promise.resolve();
  const turn = async () => {
    for (;;) {
      const now = clock.now();
      while (times.length > 0 && times[0]! <= now - 3_600_000) times.shift();
      const wait = Math.max(
        until(times.at(-limits.perMinute), 60_000, now),
        until(times.at(-limits.perHour), 3_600_000, now),
      );
      if (wait <= 0) break;
      await clock.sleep(wait);
    }
    times.push(clock.now());
  };
  return () => {
    last = last.then(turn);
    return last;
  };
}

function until(time: number | undefined, window: number, now: number): number {
  return time === undefined ? 0 : time + window - now;
}
