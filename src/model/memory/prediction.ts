import type { TaskId } from '../ids.ts';

/** `fix`: the parent fails the task and the child resolves it. `break`: the parent resolves it and the child does not. */
export const PREDICTABLE = ['fix', 'break'] as const;

/** Predictions kept of one diagnosis at most. */
export const MAX_PREDICTIONS = 20;

/** What a diagnosis expects its change to do to one of the tasks it was shown. */
export interface Prediction {
  readonly task: TaskId;
  readonly change: (typeof PREDICTABLE)[number];
  /** Probability, in [0, 1]. */
  readonly chance: number;
}

/**
 * What predictions have been worth: over the children they were made of, weighted by how much is known of each one's gain, the sum of
 * squares of how much was expected (in standard deviations from the others), and the sum of its products with the gain, in logits.
 */
export interface PredictionRecord {
  readonly squares: number;
  readonly products: number;
}
