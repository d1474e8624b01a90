import { z } from 'zod';
import { PLACES } from './mutate.ts';

export const lockSchema = z.strictObject({
  /** Ids that ran and passed with the published example; empty when it does not pass here. */
  expected: z.array(z.string()),
  /** Why the example does not pass here, if it does not. */
  problem: z.string().nullable(),
  /** Ids of the mutated tests that the example fails; empty where no mutation of the tests runs. */
  mustFail: z.array(z.string()),
  /** How the tests were mutated. */
  mutation: z.strictObject({ where: z.enum(PLACES), salt: z.string() }),
});
/** What a run of the published example established about an exercise in one image. */
export type Lock = z.infer<typeof lockSchema>;
