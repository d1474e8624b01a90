import type { ArchiveEvent, JournalEntry } from '../model/event.ts';
import type { RunId } from '../model/ids.ts';

/** Which run of which repository, e.g. `{ repository: 'octo/agent', run: 'r41' }`. */
export interface RunKey {
  readonly repository: string;
  readonly run: RunId;
}

/** A document of a run, or of a repository: JSON, by name. */
export interface KeptDocument {
  readonly key: RunKey;
  readonly name: string;
  readonly value: unknown;
}

/**
 * The record of every run, append-only. One contract suite (test/contract) runs on each adapter.
 */
export interface Journal extends AsyncDisposable {
  /**
   * Appends events after `after` entries. Durable when it resolves. Rejects with HuxleyError `journal.conflict`, writing
   * nothing, when the run's journal is not exactly `after` long: somebody else wrote, read again. `beside` is a document that is
   * written with them: neither is there without the other.
   */
  append(
    key: RunKey,
    after: number,
    events: readonly ArchiveEvent[],
    beside?: KeptDocument,
  ): Promise<readonly JournalEntry[]>;
  /** Entries with `seq > after`, in order; no more than `limit` where one is given. */
  read(key: RunKey, after?: number, limit?: number): Promise<readonly JournalEntry[]>;
  /** Every run with a journal, newest last; where `since` is given, the beginning of an ISO 8601 time, only those recorded in since. */
  runs(repository?: string, since?: string): Promise<readonly RunKey[]>;
}

/** Every entry of a run, read a thousand at a time: a long journal need not fit into memory. */
export async function* entriesOf(journal: Pick<Journal, 'read'>, key: RunKey): AsyncGenerator<JournalEntry> {
  for (let after = 0; ; ) {
    const page = await journal.read(key, after, 1_000);
    if (page.length === 0) return;
    yield* page;
    after = page.at(-1)!.seq;
  }
}
