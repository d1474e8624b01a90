import { z } from 'zod';
import { ENDS, ORIGINS } from '../model/memory/proposal.ts';

/** A `Proposal` as an order carries it. */
export const proposal = z.strictObject({
  from: z.enum(ORIGINS),
  ended: z.enum(ENDS),
  title: z.string().min(1).max(200),
  idea: z.string().max(400).exactOptional(),
  score: z.strictObject({ n: z.int().min(1), own: z.int().min(0), parent: z.int().min(0) }).exactOptional(),
  change: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .exactOptional(),
});
