import { z } from 'zod';
import { SIGNS } from '../model/sign.ts';
import { VERDICTS } from '../model/verdict.ts';

/** Characters kept of each text of a trajectory, from its end: what went wrong is usually there. */
export const TRAJECTORY_TEXT_LIMIT = 120_000;

const text = z.string().max(TRAJECTORY_TEXT_LIMIT + 200);

/**
 * What one variant did on one search task: a file of the transcripts artifact. Everything in it was written by the variant
 * or by a model it talked to, and is untrusted, but for `verdict`, `evidence`, `ended` and `signs`.
 */
export const trajectorySchema = z.strictObject({
  v: z.literal(1),
  variant: z.templateLiteral(['v', z.int().min(0)]),
  task: z.string().min(1).max(200),
  verdict: z.enum(VERDICTS),
  /** The grader's words; they never quote hidden tests. */
  evidence: z.string().max(4_000),
  /** How the agent's command ended, e.g. `exit 0` or `killed at its deadline`. */
  ended: z.string().max(500),
  /** Absent where nothing was noticed. */
  signs: z.array(z.enum(SIGNS)).min(1).exactOptional(),
  /** The problem as the agent read it. */
  statement: text,
  /** What the agent wrote to HUXLEY_OUT, else the ends of its standard output and error. */
  transcript: text,
  /** The conversation with the model as the gateway saw it: a variant cannot edit this one. */
  conversation: text,
  /** Unified diff of the workspace; empty when the agent changed nothing. */
  patch: text,
});
export type Trajectory = z.infer<typeof trajectorySchema> & {
  /** Of an ancestor, before the change that made the variant at hand. */
  readonly earlier?: boolean;
};

/** The end of a text, with a note of how much was left out before it. Never begins with half a character. */
export function tail(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const from = text.length - limit;
  const omitted = /[\udc00-\udfff]/.test(text.charAt(from)) ? from + 1 : from;
  return `[${omitted} characters left out]\n${text.slice(omitted)}`;
}

/** File name of a trajectory inside the artifact; task ids may hold any character. */
export function trajectoryFile(task: string): string {
  return `${encodeURIComponent(task)}.json`;
}
