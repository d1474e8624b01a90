import { z } from 'zod';
import { configurationSchema } from '../config/schema.ts';

/** What a run was started with besides what its first event holds. Kept in its first check run too, for recovery. */
export const specSchema = z.strictObject({
  /** The issue whose comment started it; its dashboard. */
  issue: z.int().positive(),
  configuration: configurationSchema,
  defaultBranch: z.string().min(1),
  startedBy: z.string(),
  startedAt: z.iso.datetime(),
  /** The digest orders carry; null where the app cannot compute it. */
  suiteDigest: z.string().nullable(),
});
export type RunSpec = z.infer<typeof specSchema>;

export const SPEC_NOTE = 'spec';

/** The branch of a variant. */
export function branchOf(run: string, variant: string): string {
  return `huxley/${run}/${variant}`;
}

/** The run and variant of a branch, if it is one of Huxley's. */
export function parseBranch(branch: string): { readonly run: string; readonly variant: `v${number}` } | undefined {
  const found = /^huxley\/([A-Za-z0-9-]+)\/(v(?:0|[1-9]\d*))$/.exec(branch);
  return found ? { run: found[1]!, variant: found[2] as `v${number}` } : undefined;
}
