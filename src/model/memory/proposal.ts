import { ideaKey } from './idea-key.ts';

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

/** Ends without a variant. */
export const CAME_TO_NOTHING: ReadonlySet<Proposal['ended']> = new Set(['nothing', 'refused', 'same', 'check']);

/**
 * Whether a diagnosis with this title and idea says what was proposed before where it cannot be of use again: for this variant, in it, or
 * where nothing came of it. What works in another lineage may be brought here.
 */
export function isRepetition(before: Proposal, again: Pick<Proposal, 'title' | 'idea'>): boolean {
  const useless = before.from === 'here' || before.from === 'held' || CAME_TO_NOTHING.has(before.ended);
  return useless && (ideaKey(before.title) === ideaKey(again.title) || isSameIdea(before.idea, again.idea));
}

/** Of the first, which may have been cut, all whole words that are left count. */
function isSameIdea(before: string | undefined, again: string | undefined): boolean {
  if (!before || !again) return false;
  if (!before.endsWith('…')) return ideaKey(before) === ideaKey(again);
  const whole = (text: string) => ideaKey(text.slice(0, before.length - 1).replace(/\S*$/, ''));
  return whole(before) === whole(again.replace(/\s+/g, ' ').trim());
}
