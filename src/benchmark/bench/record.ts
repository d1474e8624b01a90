import { z } from 'zod';
import { VERDICTS } from '../../model/verdict.ts';

/** One finished task of a bench session, as a line of its results file. */
export const taskRecordSchema = z.strictObject({
  task: z.string(),
  language: z.string(),
  verdict: z.enum(VERDICTS),
  /** Of every grading of the same files, in order, where there was more than one. */
  verdicts: z.array(z.enum(VERDICTS)).optional(),
  /** See `Grade.score`. */
  score: z.number().min(0).lt(1).optional(),
  passed: z.int().min(0),
  expected: z.int().min(0),
  failed: z.array(z.string()),
  evidence: z.string(),
  canary: z.enum(['failed', 'passed', 'not run', 'none']),
  official: z.boolean().optional(),
  /** Seconds of the attempt and its grading. */
  seconds: z.number().min(0),
  gradingSeconds: z.number().min(0),
  costUSD: z.number().min(0),
  /** The attempt as a unified diff; empty for none. */
  patch: z.string(),
});
export type TaskRecord = z.infer<typeof taskRecordSchema>;

/** What a session measures. Results of one are never mixed with those of another. */
export const sessionSchema = z.strictObject({
  v: z.literal(1),
  suite: z.string(),
  digest: z.string(),
  /** Who solves: a reference solution, or an agent's folder. */
  agent: z.string(),
  /** `sha256:` of the agent's files; `null` for reference solutions. */
  agentDigest: z.string().nullable(),
  model: z.string().nullable(),
  /** How often each attempt's files are graded, where that was asked for. */
  gradings: z.int().min(1).optional(),
});
export type Session = z.infer<typeof sessionSchema>;
