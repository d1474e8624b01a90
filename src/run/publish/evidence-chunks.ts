import type { JournalEntry } from '../../model/event.ts';
import type { VariantId } from '../../model/ids.ts';

/** A stretch of the journal that ends with what came of one job. */
export interface Chunk {
  readonly job: string;
  readonly variant: VariantId;
  readonly kind: 'expand' | 'evaluate';
  readonly entries: readonly JournalEntry[];
}

/**
 * Cuts a stretch of the journal after each job's results. Every entry is in one chunk, so that all chunks together are the
 * journal; what follows the last result waits for the next.
 */
export function evidenceChunks(entries: readonly JournalEntry[]): Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  entries.forEach(({ event }, i) => {
    const end = endOf(event);
    if (end === null) return;
    const next = entries[i + 1]?.event;
    if (next !== undefined && endOf(next)?.job === end.job) return;
    chunks.push({ ...end, entries: entries.slice(start, i + 1) });
    start = i + 1;
  });
  return chunks;
}

function endOf(event: JournalEntry['event']): Omit<Chunk, 'entries'> | null {
  switch (event.type) {
    case 'evaluation.done':
    case 'evaluation.noResult':
      return { job: event.job, variant: event.variant, kind: 'evaluate' };
    case 'expansion.made':
    case 'expansion.failed':
    case 'expansion.lost':
      return { job: event.job, variant: event.variant, kind: 'expand' };
    default:
      return null;
  }
}
