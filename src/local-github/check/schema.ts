import { z } from 'zod';
import { CONCLUSIONS } from '../store/rows.ts';

/** Bytes of a check run's `summary` and of its `text`, each. */
const MAX_BYTES = 65_535;
/** Annotations in one request. */
const MAX_ANNOTATIONS = 50;

const bounded = z.string().superRefine((text, context) => {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES)
    context.addIssue({ code: 'custom', message: `Only ${MAX_BYTES} characters are allowed; ${bytes} were supplied` });
});

const annotation = z.object({
  path: z.string(),
  start_line: z.int(),
  end_line: z.int(),
  start_column: z.int().optional(),
  end_column: z.int().optional(),
  annotation_level: z.enum(['notice', 'warning', 'failure']),
  message: z.string(),
  title: z.string().max(255).optional(),
  raw_details: z.string().optional(),
});

const common = {
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  started_at: z.iso.datetime({ offset: true }).optional(),
  conclusion: z.enum(CONCLUSIONS).optional(),
  completed_at: z.iso.datetime({ offset: true }).optional(),
};
const output = {
  summary: bounded,
  text: bounded.optional(),
  annotations: z.array(annotation).max(MAX_ANNOTATIONS).optional(),
};

export const newCheckRun = z.object({
  ...common,
  name: z.string().min(1),
  head_sha: z.string(),
  output: z.object({ ...output, title: z.string() }).optional(),
});

export const checkRunChange = z.object({
  ...common,
  name: z.string().min(1).optional(),
  output: z.object({ ...output, title: z.string().optional() }).optional(),
});

export type NewCheckRun = z.output<typeof newCheckRun>;
export type CheckRunChange = z.output<typeof checkRunChange>;
