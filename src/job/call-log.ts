import type { TranscriptEntry, TranscriptSink } from '../gateway/transcript.ts';

/** The calls a gateway served, by what they were for. Give `sink` to the gateway. */
export class CallLog {
  readonly #calls = new Map<string, TranscriptEntry[]>();

  readonly sink: TranscriptSink = (entry) => {
    const calls = this.#calls.get(entry.task);
    if (calls === undefined) this.#calls.set(entry.task, [entry]);
    else calls.push(entry);
  };

  of(task: string): readonly TranscriptEntry[] {
    return this.#calls.get(task) ?? [];
  }
}
