import type { Archive, Fact, SearchState } from './archive.ts';

/** The archive unchanged, but for a sentence about the event that changed nothing. */
export function ignore(archive: Archive, why: string): Archive {
  return { ...archive, ignored: [...archive.ignored, why] };
}

/** The fact that follows the last one. */
export function fact(search: SearchState, what: Omit<Fact, 'seq' | 'before'>): Fact {
  return { seq: (search.lastFact?.seq ?? 0) + 1, ...what, before: search.lastFact };
}
