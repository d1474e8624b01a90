import { z } from 'zod';
import { HuxleyError, sentence } from '../model/error.ts';
import { OPERATORS } from '../model/operator.ts';

const sd = z.number().min(0).max(100);
const finite = z.number().min(-100).max(100);
const chance = z.number().min(0).max(1);
const counts = {
  name: z.string().min(1).max(80),
  /** Search tasks. */
  tasks: z.int().min(1).max(5_000),
  /** Held-out tasks, same distribution; half as many again by default. */
  heldout: z.int().min(0).max(5_000).optional(),
  /**
   * Predictions of each child: how often, of two children, the one that was predicted to gain more does (.5 is chance), and by how many
   * logits the three tasks that it names become easier for it and its descendants.
   */
  predictions: z.strictObject({ accuracy: chance, named: sd }).exactOptional(),
};

const mutation = z.strictObject({
  name: z.string().min(1).max(80),
  weight: z.number().min(0),
  mean: finite,
  sd,
  /** How much of the child's drift its ability gains. */
  drift: finite,
  /** Probability that an expansion of such a variant yields nothing; the landscape's own by default. */
  failure: chance.optional(),
});

const logit = z.strictObject({
  ...counts,
  kind: z.literal('logit'),
  difficulty: z.strictObject({ mean: finite, sd }),
  discrimination: z.strictObject({ logSd: z.number().min(0).max(3) }),
  slip: z.number().min(0).max(0.5),
  taskShift: z.strictObject({ sd, inherit: z.number().min(0).max(1) }),
  root: z.strictObject({ ability: finite, drift: finite }),
  drift: z.strictObject({ sd }),
  mutations: z
    .array(mutation)
    .min(1)
    .refine((all) => all.some(({ weight }) => weight > 0), 'at least one mutation needs a weight above 0'),
  /** Probability that an expansion yields nothing. */
  failure: chance,
  /** What operators do otherwise: their own chance to yield nothing, and logits that their children gain besides. */
  operators: z
    .partialRecord(z.enum(OPERATORS), z.strictObject({ failure: chance.optional(), gain: finite.optional() }))
    .exactOptional(),
  /** Tests of each task, by which unresolved attempts are scored. */
  tests: z.strictObject({ count: z.int().min(2).max(100), spread: sd, noise: sd }).exactOptional(),
});

const skill = z.strictObject({
  ...counts,
  kind: z.literal('skill'),
  root: z.strictObject({ skill: chance, drift: finite }),
  drift: z.strictObject({ sd }),
  noise: z.strictObject({ sd }),
  failure: chance,
});

/** A description of simulated worlds: how hard tasks are and what self-modifications do. docs/search-experiments.md explains the fields. */
const landscapeSchema = z.discriminatedUnion('kind', [logit, skill]);
export type Landscape = z.infer<typeof landscapeSchema>;
export type LogitLandscape = z.infer<typeof logit>;
export type SkillLandscape = z.infer<typeof skill>;

/** Reads a landscape. Throws HuxleyError `landscape.json` or `landscape.invalid`, naming the field; `source` names the file. */
export function parseLandscape(text: string, source: string): Landscape {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HuxleyError('landscape.json', `${source} is not JSON: ${sentence(why)}`, 'Fix the file.', { cause });
  }
  const parsed = landscapeSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const place = issue.path.length > 0 ? issue.path.join('.') : 'the whole file';
  throw new HuxleyError(
    'landscape.invalid',
    `${source}, ${place}: ${sentence(issue.message)}`,
    'Compare it with the landscapes in src/simulation/landscapes.',
  );
}

export function heldOutCount(landscape: Landscape): number {
  return landscape.heldout ?? Math.ceil(landscape.tasks / 2);
}
