import type { Need } from '../../benchmark/kata/needs.ts';
import type { Sign } from '../../model/sign.ts';

/** One place to change. `find` matches the text to replace, as the agent's source has it. */
export interface Edit {
  readonly find: RegExp;
  /** May refer to groups of `find`. */
  readonly put: string;
}

/** What the edit is good for. Nothing but the rehearsal model's choice of proposals depends on it. */
export type Worth = 'helpful' | 'useless' | 'harmful' | 'broken';

/** One change to the starter agent that the rehearsal model can think of. */
export interface Improvement {
  /** The one-line title; by it the model knows its own proposal again. */
  readonly title: string;
  readonly proposal: string;
  readonly worth: Worth;
  /** Needs of a task that the change is meant for. */
  readonly meantFor: readonly Need[];
  /** The sign it answers: proposed when a diagnosis is about that, and never otherwise. */
  readonly answers?: Sign;
  /** Found in a source that has the change already. */
  readonly mark: RegExp;
  /**
   * Ways to carry the change out, each for another state of the code; the first whose every edit applies is taken.
   * Edits of one way apply one after another.
   */
  readonly ways: readonly (readonly Edit[])[];
}

/** The file all of it is about. */
export const SOURCE_FILE = 'agent.ts';

/** The edits of the first way that applies, in terms of the text itself; `null` when none does. */
export function carryOut(improvement: Improvement, source: string): readonly Replacement[] | null {
  for (const way of improvement.ways) {
    const replacements = apply(way, source);
    if (replacements) return replacements;
  }
  return null;
}

/** `old` occurs exactly once when its turn comes. */
export interface Replacement {
  readonly old: string;
  readonly new: string;
}

function apply(way: readonly Edit[], source: string): readonly Replacement[] | null {
  const replacements: Replacement[] = [];
  let text = source;
  for (const { find, put } of way) {
    const match = find.exec(text);
    if (!match) return null;
    const old = match[0];
    if (text.split(old).length !== 2) return null;
    const replaced = old.replace(find, put);
    replacements.push({ old, new: replaced });
    text = text.replace(old, () => replaced);
  }
  return replacements;
}
