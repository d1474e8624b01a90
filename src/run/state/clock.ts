import type { RunKey } from '../../store/journal.ts';
import type { Identities, Leases } from '../../store/store.ts';

/** Time, from outside. */
export interface Clock {
  /** What people call the time. It may be set, forward and back, at any moment. */
  now(): Date;
  /** Milliseconds since whenever; it never goes back. For how long something takes within this process. */
  monotonic(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Milliseconds by which the clocks of two processes may differ. */
export const SKEW_MS = 60_000;

/** Seconds since a time that was noted. One that lies ahead was noted before the clock was set back: nobody waits for it. */
export function secondsSince(now: Date, noted: string): number {
  const age = now.getTime() - Date.parse(noted);
  return age < -SKEW_MS ? Number.POSITIVE_INFINITY : Math.max(0, age) / 1_000;
}

/** A look goes back so much further than the one before it, because clocks differ. */
const OVERLAP_MS = 120_000;

/** From when on a look takes in what has changed since one that was noted; never later than now, as the clock may have been set back. */
export function lookFrom(now: Date, noted: string): Date {
  return new Date(Math.min(Date.parse(noted), now.getTime()) - OVERLAP_MS);
}

/** Calls `act` three times in so many seconds until what it gives is called; where it fails, the next time comes all the same. */
export function keepUp(act: () => Promise<unknown>, seconds: number): () => void {
  const timer = setInterval(() => void act().catch(() => {}), (seconds * 1_000) / 3);
  return () => clearInterval(timer);
}

const LEASE_SECONDS = 30;

/** Does something while no other process, and nothing else here, does what goes by the same name. Waits for whoever is at it. */
export async function alone<T>(
  lease: string | LeaseName,
  { store, clock }: { readonly store: Leases & Names; readonly clock: Clock },
  act: () => Promise<T>,
): Promise<T> {
  const name = typeof lease === 'string' ? lease : await lease(store);
  const holder = crypto.randomUUID();
  const hold = () => store.lease(name, holder, LEASE_SECONDS);
  while (!(await hold())) await clock.sleep(100);
  const letGo = keepUp(hold, LEASE_SECONDS);
  try {
    return await act();
  } finally {
    letGo();
    await store.release(name, holder);
  }
}

type Names = Pick<Identities, 'locate'>;

/** What a lease goes by that is of a repository: the same under every name the repository has or had. */
export type LeaseName = (store: Names) => Promise<string>;

/** The lease of something done to a repository, or to one thing of it. */
export function leaseOn(what: string, repository: string, ...of: readonly (string | number)[]): LeaseName {
  return async (store) => [what, (await store.locate(repository)).home, ...of].join(' ');
}

/** By what name runs of an issue or pull request are started: two at once would take the same name. */
export function startOn(repository: string, issue: number): LeaseName {
  return leaseOn('start', repository, issue);
}

/** The lease of whoever turns a run. */
export function turnOf({ repository, run }: RunKey): LeaseName {
  return leaseOn('run', repository, run);
}

/** Seconds until a time that was noted to lie at most so far ahead; further off it was noted before the clock was set back. */
export function secondsUntil(now: Date, noted: string, most: number): number {
  const wait = (Date.parse(noted) - now.getTime()) / 1_000;
  return wait > most + SKEW_MS / 1_000 ? 0 : Math.max(0, wait);
}
