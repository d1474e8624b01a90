/** Content writes allowed in a minute and in an hour. */
export interface WriteLimits {
  readonly perMinute: number;
  readonly perHour: number;
  /** How many times as fast minutes and hours pass; 1 but for rehearsals. */
  readonly speed?: number;
  /** Share of an hour's writes from which on they are saved: what is told waits to be told together. By default .3. */
  readonly frugalFrom?: number;
}

/** What came of asking for a write. */
export interface WriteTaken {
  /** Milliseconds until one may be made; 0 where it was taken note of. */
  readonly waitMs: number;
  /** Writes of the last hour before it. */
  readonly used: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Of the times of writes, in milliseconds and in order, those that may still count. One ahead of now was noted before the clock was set back. */
export function counting(times: readonly number[], now: number): number[] {
  return times.filter((time) => time > now - HOUR_MS && time <= now);
}

/** Writes of the last hour. */
export function lastHour(times: readonly number[], now: number, { speed = 1 }: WriteLimits): number {
  return times.filter((time) => time > now - HOUR_MS / speed).length;
}

/** Milliseconds until another write may be made, so that no minute and no hour has more of them than allowed; 0 for at once. */
export function writeWait(
  times: readonly number[],
  now: number,
  { perMinute, perHour, speed = 1 }: WriteLimits,
): number {
  const until = (time: number | undefined, window: number) => (time === undefined ? 0 : time + window / speed - now);
  return Math.max(0, until(times.at(-perMinute), MINUTE_MS), until(times.at(-perHour), HOUR_MS));
}
