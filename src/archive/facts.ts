import type { Archive, Fact, SearchState } from './archive.ts';

/** The archive unchanged, but for a sentence about the event that changed nothing. */
export function ignore(archive: Archive, why: string): Archive {
  return { ...archive, ignored: [...archive.ignored, why] };
}

/** The fact that follows the last one. */
export function fact(search: SearchState, kind: Fact['kind'], variant: number, task: number, resolved: boolean): Fact {
  return { seq: (search.lastFact?.seq ?? 0) + 1, kind, variant, task, resolved, before: search.lastFact };
}
