import type { ArchiveEvent, JournalEntry } from '../model/event.ts';
import type { RunId } from '../model/ids.ts';

/** Which run of which repository, e.g. `{ repository: 'octo/agent', run: 'r41' }`. */
export interface RunKey {
  readonly repository: string;
  readonly run: RunId;
}

/**
 * The record of every run, append-only. One contract suite (test/contract) runs on each adapter.
 */
export interface Journal extends AsyncDisposable {
  /**
   * Appends events after `after` entries. Durable when it resolves. Rejects with HuxleyError `journal.conflict`, writing
   * nothing, when the run's journal is not exactly `after` long: somebody else wrote, read again.
   */
  append(key: RunKey, after: number, events: readonly ArchiveEvent[]): Promise<readonly JournalEntry[]>;
  /** Entries with `seq > after`, in order. */
  read(key: RunKey, after?: number): Promise<readonly JournalEntry[]>;
  /** Every run with a journal, newest last. */
  runs(repository?: string): Promise<readonly RunKey[]>;
}
