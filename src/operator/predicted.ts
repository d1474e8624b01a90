import { z } from 'zod';
import type { TaskId } from '../model/ids.ts';
import { MAX_PREDICTIONS, PREDICTABLE, type Prediction } from '../model/memory/prediction.ts';

/** A prediction as a model is asked for it: by the task's number, from 1. */
export const predictionSchema = z.object({ task: z.number(), change: z.enum(PREDICTABLE), chance: z.number() });
export type Numbered = z.infer<typeof predictionSchema>;

/** The predictions in an answer, of which those that are not as they should be are left out. Never an error. */
export function readPredictions(answer: unknown): readonly Numbered[] {
  if (!Array.isArray(answer)) return [];
  return answer.slice(0, MAX_PREDICTIONS).flatMap((each) => {
    const { success, data } = predictionSchema.safeParse(each);
    return success && Number.isInteger(data.task) && data.chance >= 0 && data.chance <= 1 ? [data] : [];
  });
}

/**
 * Predictions about the tasks themselves, the first of each.
 *
 * @param shown the tasks by their numbers in the prompt, from 1
 */
export function named(predictions: readonly Numbered[], shown: readonly TaskId[]): readonly Prediction[] {
  const known = predictions.flatMap(({ task: number, ...rest }) => {
    const task = shown[number - 1];
    return task === undefined ? [] : [{ task, ...rest }];
  });
  return [...new Map(known.toReversed().map((each) => [each.task, each])).values()].toReversed();
}
