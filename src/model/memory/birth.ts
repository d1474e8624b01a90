import type { Decision, ModelChoice } from '../decision.ts';
import type { Adoption } from '../gate/measure.ts';
import type { TaskId, VariantId } from '../ids.ts';
import type { Idea } from './idea.ts';
import type { Slim } from './slim.ts';

/** What a child is made from. */
export interface Birth {
  /** The decision that ordered it; null when a person did. */
  readonly decision: Decided | null;
  /** Search tasks whose evidence goes into it. */
  readonly tasks: readonly TaskId[];
  readonly donor: VariantId | null;
  /** Absent where there was no choice. */
  readonly models?: ModelChoice;
  /** What a person asked for. */
  readonly idea?: Idea;
  /** The pull request it is taken from; absent where the search makes it. */
  readonly adopted?: Adoption;
  /** Which edits of its parent's lineage it goes without, and those of them that could not be taken back. */
  readonly slim?: Slim & { readonly unreverted?: readonly VariantId[] };
}

/** A decision, linked to the one before it. */
export interface Decided {
  readonly n: number;
  readonly decision: Decision;
  readonly before: Decided | null;
}
