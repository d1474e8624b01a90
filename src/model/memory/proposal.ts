/**
 * Where a proposal was made that is told to another diagnosis.
 *
 * - `here`: for the very variant that is to be changed now.
 * - `held`: its own change, or an ancestor's: the variant has it in it.
 * - `kin`: for an ancestor of the variant.
 * - `other`: for a variant of another lineage.
 * - `earlier`: in an earlier run of the repository.
 */
export const ORIGINS = ['here', 'held', 'kin', 'other', 'earlier'] as const;

/**
 * How a proposal ended: the agent made no change of it, or none that may be; it came to the code of another variant, or to one that failed
 * its own check; it was made, and is not measured; it was, against its parent; it tampered with what grades it; it was merged.
 */
export const ENDS = ['nothing', 'refused', 'same', 'check', 'made', 'measured', 'tampered', 'merged'] as const;

/** What is kept of a proposal besides its title; absent in journals from before it was. */
export interface Proposed {
  /** In one sentence; absent where there is none. Written by a model: untrusted text. */
  readonly idea?: string;
  /** Digest of what the child changes in its parent (`digestOfChange`); absent where nothing was changed. */
  readonly change?: string;
}

/** A change that was proposed before, as a diagnosis is told of it. Title and idea were written by a model: untrusted text. */
export interface Proposal {
  readonly from: (typeof ORIGINS)[number];
  readonly ended: (typeof ENDS)[number];
  readonly title: string;
  /** One sentence; absent where it says no more than the title. */
  readonly idea?: string;
  /** Search tasks that both it and its parent were measured on, and how many of them each resolved. */
  readonly score?: { readonly n: number; readonly own: number; readonly parent: number };
  /** Digest of what it changed in its parent: see `digestOfChange`. */
  readonly change?: string;
}

/** A title by its words alone: the same for two that differ in case, blanks or punctuation. */
export function titleKey(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Ends without a variant. */
export const CAME_TO_NOTHING: ReadonlySet<Proposal['ended']> = new Set(['nothing', 'refused', 'same', 'check']);

/**
 * Whether a diagnosis that gives this title says what was proposed before where it cannot be of use again: for this variant, in it, or
 * where nothing came of it. What works in another lineage may be brought here.
 */
export function isRepetition({ from, ended, title }: Proposal, again: string): boolean {
  const useless = from === 'here' || from === 'held' || CAME_TO_NOTHING.has(ended);
  return useless && titleKey(title) === titleKey(again);
}
