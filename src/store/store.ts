import type { JournalEntry } from '../model/event.ts';
import type { WriteLimits, WriteTaken } from '../model/limits/write-window.ts';
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

export interface ClaimedDelivery extends Delivery {
  readonly origin: string;
  readonly attempts: number;
}

/** Which deliveries to claim. */
export interface Wanted {
  /** At most so many, and of one origin. */
  readonly limit: number;
  readonly perOrigin: number;
  /** Origins that have enough. */
  readonly except: readonly string[];
}

/** Deliveries are kept before they are answered, because GitHub does not send them again. */
export interface Inbox {
  /** Durable when it resolves; false when the delivery was already there, done or not. `origin` is the account whose it is. */
  receive(delivery: Delivery, origin: string): Promise<boolean>;
  /** Deliveries that nobody is at work on, each origin's oldest first; they are the caller's for `seconds`. */
  claim(want: Wanted, seconds: number): Promise<readonly ClaimedDelivery[]>;
  /** Keeps claimed deliveries for `seconds` more. */
  keep(ids: readonly string[], seconds: number): Promise<void>;
  /** Never to be worked on again, and its payload is dropped unless `error` says why it was given up. */
  finish(id: string, error?: string): Promise<void>;
  /** Those that wait or were given up, the newest first; at most 200. */
  deliveries(): Promise<readonly KeptDelivery[]>;
  /** Forgets what was finished more than `days` ago, at most `limit` at once; returns how many. */
  forget(days: number, limit: number): Promise<number>;
}

/** What is known of a run beside its events: work in flight, pull request numbers, comment ids. JSON, by name. */
export interface Documents {
  readDocument(key: RunKey, name: string): Promise<unknown>;
  /** Every document whose name begins with `prefix`. */
  readDocuments(key: RunKey, prefix: string): Promise<ReadonlyMap<string, unknown>>;
  /**
   * Runs with a journal and a document `spec` that are not over, by `wound-up`, or whose winner waits, by `release`; newest last.
   */
  pending(repository?: string): Promise<readonly (RunKey & { readonly over: boolean })[]>;
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

export interface Located {
  readonly name: string;
  readonly home: string;
}

/** Repositories, told by GitHub's number: a name may change, and may be another's later. */
export interface Identities {
  /**
   * Notes what a repository is called now; all it has is found under that name from then on. `former` is a name whose runs
   * are known to be its own although nobody had noted its number then.
   */
  identify(id: number, name: string, former?: string): Promise<void>;
  /** What a repository is called now, from a name it has or had, and what its rows stand under, which no renaming changes. */
  locate(repository: string): Promise<Located>;
  /** What it is called, as far as that was noted. */
  nameOf(id: number): Promise<string | null>;
}

/** Content writes on GitHub, which limits them for each account, whichever process makes them. */
export interface Writes {
  /** Takes note of a write if the limits allow one now, by the store's own clock, and gives 0; else the milliseconds until they do. */
  takeWrite(account: string, limits: WriteLimits): Promise<WriteTaken>;
}

/** Everything the app keeps. GitHub holds enough to rebuild it. */
export interface Store extends Journal, Inbox, Documents, Leases, Identities, Writes {
  /** Writes a run's journal as it was, times included. Rejects with HuxleyError `journal.conflict` when the run has one. */
  restore(key: RunKey, entries: Iterable<JournalEntry> | AsyncIterable<JournalEntry>): Promise<void>;
  /** Rejects when the store cannot be written now. */
  check(): Promise<void>;
}
