import { AsyncLocalStorage } from 'node:async_hooks';

/** What a job's time goes into, in the order it is shown; `other` is what nothing else names. */
export const ACTIVITIES = [
  'agent',
  'tests',
  'start',
  'order',
  'engine',
  'images',
  'suite',
  'commits',
  'build',
  'attempts',
  'grading',
  'upload',
  'other',
] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** Seconds by activity, of those that took any. */
export type Spent = Readonly<Partial<Record<Activity, number>>>;

const WORK: ReadonlySet<string> = new Set<Activity>(['agent', 'tests']);
const current = new AsyncLocalStorage<Lane>();

/** One thing that goes on. While something inside it goes on, time goes into that instead. */
class Lane {
  readonly #meter: WallTime;
  readonly #activity: Activity;
  readonly #outer: Lane | null;
  #inside = 0;
  #ended = false;

  constructor(meter: WallTime, activity: Activity, outer: Lane | null) {
    this.#meter = meter;
    this.#activity = activity;
    this.#outer = outer;
    meter.count(activity, 1);
    if (outer !== null && outer.#inside++ === 0 && !outer.#ended) meter.count(outer.#activity, -1);
  }

  inside(activity: Activity): Lane {
    return new Lane(this.#meter, activity, this);
  }

  end(): void {
    this.#ended = true;
    if (this.#inside === 0) this.#meter.count(this.#activity, -1);
    const outer = this.#outer;
    if (outer !== null && --outer.#inside === 0 && !outer.#ended) this.#meter.count(outer.#activity, 1);
  }
}

/**
 * Where wall time goes. What goes on at once shares the time it takes, so that the parts add up to the whole: with two tasks at
 * work, a second in which one agent runs and the other task's container is made is half a second of either.
 */
export class WallTime {
  readonly #spent = new Map<Activity, number>();
  readonly #active = new Map<Activity, number>();
  #since: number;

  /** @param begun milliseconds on the clock of `performance.now()`: 0, when the process began; what passed since then was its start */
  constructor(begun: number) {
    this.#since = performance.now();
    this.#spent.set('start', (this.#since - begun) / 1000);
  }

  /** Runs what is measured: whatever is `timed` in it counts. */
  async measure<T>(work: () => Promise<T>): Promise<T> {
    const lane = new Lane(this, 'other', null);
    try {
      return await current.run(lane, work);
    } finally {
      lane.end();
    }
  }

  count(activity: Activity, more: 1 | -1): void {
    this.#settle();
    this.#active.set(activity, (this.#active.get(activity) ?? 0) + more);
  }

  /** Seconds so far. */
  spent(): Spent {
    this.#settle();
    return Object.fromEntries(
      ACTIVITIES.flatMap((name) => (this.#spent.has(name) ? [[name, this.#spent.get(name)!]] : [])),
    );
  }

  #settle(): void {
    const now = performance.now();
    const seconds = (now - this.#since) / 1000;
    this.#since = now;
    const all = [...this.#active.values()].reduce((sum, lanes) => sum + lanes, 0);
    for (const [activity, lanes] of all === 0 ? ([['other', 1]] as const) : this.#active)
      if (lanes > 0) this.#spent.set(activity, (this.#spent.get(activity) ?? 0) + (seconds * lanes) / Math.max(1, all));
  }
}

/** Does work whose time is to be known; where nobody measures, it is only done. */
export async function timed<T>(activity: Activity, work: () => Promise<T>): Promise<T> {
  const lane = current.getStore()?.inside(activity);
  if (lane === undefined) return await work();
  try {
    return await current.run(lane, work);
  } finally {
    lane.end();
  }
}

/** `41.2 s: agent 30.1, tests 6.0, overhead 5.1 (images 2.0, …)`: what took at least a twentieth of a second, the longest first. */
export function spentText(spent: Spent): string {
  const parts = Object.entries(spent).map(([name, seconds]) => ({ name, seconds }));
  const sum = (some: typeof parts) => some.reduce((total, { seconds }) => total + seconds, 0).toFixed(1);
  const work = parts.filter(({ name }) => WORK.has(name));
  const rest = parts.filter(({ name }) => !WORK.has(name));
  const said = rest
    .filter(({ seconds }) => seconds >= 0.05)
    .sort((a, b) => b.seconds - a.seconds)
    .map(({ name, seconds }) => `${name} ${seconds.toFixed(1)}`);
  const overhead = `overhead ${sum(rest)}${said.length === 0 ? '' : ` (${said.join(', ')})`}`;
  return `${sum(parts)} s: ${[...work.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)}`), overhead].join(', ')}`;
}
