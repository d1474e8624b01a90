import type { Spending } from '../money/budget.ts';

/** One call as it is written down, secrets removed: one JSON line each. */
export interface TranscriptEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly task: string;
  readonly path: string;
  readonly model: string;
  /** The body sent to the model, as JSON text; empty for a call that was too long to be read. */
  readonly request: string;
  readonly status: number;
  /** The body that came back; a stream's events put together to one answer. */
  readonly response: string;
  /** Why the call failed, where it did. */
  readonly error?: string;
  readonly spent: Spending;
  /** Wall time in seconds, retries included. */
  readonly seconds: number;
  readonly tries: number;
  /** What it cost is an estimate: the answer did not say. */
  readonly estimated?: true;
  /** The limit on its output that the gateway set, where the client named none. */
  readonly ownLimit?: number;
  /** The answer came from a rehearsal model, not from a real one. */
  readonly rehearsal: boolean;
}

export type TranscriptSink = (entry: TranscriptEntry) => void;
