import type { JournalEntry } from '../model/event.ts';
import type { Journal, RunKey } from './journal.ts';

/** A webhook delivery as it waits to be worked on. */
export interface Delivery {
  /** `X-GitHub-Delivery`; a redelivery repeats it. */
  readonly id: string;
  /** E.g. `issue_comment`. */
  readonly event: string;
  readonly payload: unknown;
}

/** A delivery that waits, or was given up. */
export interface KeptDelivery extends Delivery {
  readonly attempts: number;
  /** ISO 8601. */
  readonly receivedAt: string;
  /** Why it was given up; null while it waits. */
  readonly error: string | null;
}

/** Deliveries are kept before they are answered, because GitHub does not send them again. */
export interface Inbox {
  /** Durable when it resolves; false when the delivery was already there, done or not. */
  receive(delivery: Delivery): Promise<boolean>;
  /** Up to `limit` deliveries that nobody is at work on, oldest first; they are the caller's for `seconds`. */
  claim(limit: number, seconds: number): Promise<readonly (Delivery & { readonly attempts: number })[]>;
  /** Never to be worked on again; `error` says why, when it was given up. */
  finish(id: string, error?: string): Promise<void>;
  /** Those that wait or were given up, the newest first; at most 200. */
  deliveries(): Promise<readonly KeptDelivery[]>;
  /** Forgets what was finished more than `days` ago; returns how many. */
  forget(days: number): Promise<number>;
}

/** What is known of a run beside its events: work in flight, pull request numbers, comment ids. JSON, by name. */
export interface Documents {
  readDocument(key: RunKey, name: string): Promise<unknown>;
  /** Every document whose name begins with `prefix`. */
  readDocuments(key: RunKey, prefix: string): Promise<ReadonlyMap<string, unknown>>;
  /** `undefined` removes it. Durable when it resolves. */
  writeDocument(key: RunKey, name: string, value: unknown): Promise<void>;
}

/** Who may work on what, when several processes share a store. */
export interface Leases {
  /** Takes or renews `name` for `holder`, `seconds` from now by the store's own clock; false while another holds it. */
  lease(name: string, holder: string, seconds: number): Promise<boolean>;
  release(name: string, holder: string): Promise<void>;
  /** Who has `name`, and for how many seconds still, negative once they are over; null where it was released. */
  leaseOf(name: string): Promise<{ readonly holder: string; readonly secondsLeft: number } | null>;
}

/** Repositories, told by GitHub's number: a name may change, and may be another's later. */
export interface Identities {
  /**
   * Notes what a repository is called now; all it has is found under that name from then on. `former` is a name whose runs
   * are known to be its own although nobody had noted its number then.
   */
  identify(id: number, name: string, former?: string): Promise<void>;
  /** What it is called, as far as that was noted. */
  nameOf(id: number): Promise<string | null>;
}

/** Everything the app keeps. GitHub holds enough to rebuild it. */
export interface Store extends Journal, Inbox, Documents, Leases, Identities {
  /** Writes a run's journal as it was, times included. Rejects with HuxleyError `journal.conflict` when the run has one. */
  restore(key: RunKey, entries: readonly JournalEntry[]): Promise<void>;
  /** Rejects when the store cannot be written now. */
  check(): Promise<void>;
}
