import { z } from 'zod';
import { PLACES } from './mutate.ts';

export const lockSchema = z.strictObject({
  /** Ids that ran and passed with the published example; empty when it does not pass here. */
  expected: z.array(z.string()),
  /** Why the example does not pass here, if it does not. */
  problem: z.string().nullable(),
  /** Ids of the mutated tests that the example fails, however they were mutated there. */
  mustFail: z.array(z.string()),
  /** Where the tests are mutated; by which secret is drawn for each grading. */
  where: z.enum(PLACES),
});
/** What a run of the published example established about an exercise in one image. */
export type Lock = z.infer<typeof lockSchema>;
