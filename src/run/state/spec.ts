import { z } from 'zod';
import { configurationSchema } from '../../config/schema.ts';
import type { Sha } from '../../model/ids.ts';

/** What a run was started with besides what its first event holds. Kept in its first check run too, for recovery. */
export const specSchema = z.strictObject({
  /** The issue whose comment started it; its dashboard. */
  issue: z.int().positive(),
  configuration: configurationSchema,
  defaultBranch: z.string().min(1),
  /** What the default branch was called before, if it was renamed during the run. */
  formerBranches: z.array(z.string()).exactOptional(),
  startedBy: z.string(),
  startedAt: z.iso.datetime(),
  /** The digest orders carry; null in runs of versions that did not know it. */
  suiteDigest: z.string().nullable(),
});
export type RunSpec = z.infer<typeof specSchema>;

/** The issue or pull request whose runs are named like this one, `r41` or `r41-2`; undefined for another name. */
export function issueOf(run: string): number | undefined {
  const found = /^r(\d+)(?:-\d+)?$/.exec(run);
  return found ? Number(found[1]) : undefined;
}

/** The branch of a variant. */
export function branchOf(run: string, variant: string): string {
  return `huxley/${run}/${variant}`;
}

/** The branch on which a variant is merged with a commit of the default branch, to be measured. */
export function mergeBranch(run: string, variant: string, base: Sha): string {
  return `${branchOf(run, variant)}-with-${base.slice(0, 12)}`;
}

/** Whether a branch is one of those. */
export function isMergeBranch(branch: string): boolean {
  return /^huxley\/[A-Za-z0-9-]+\/v[1-9]\d*-with-[0-9a-f]{12}$/.test(branch);
}

/** The run and variant of a branch, if it is one of Huxley's. */
export function parseBranch(branch: string): { readonly run: string; readonly variant: `v${number}` } | undefined {
  const found = /^huxley\/([A-Za-z0-9-]+)\/(v(?:0|[1-9]\d*))$/.exec(branch);
  return found ? { run: found[1]!, variant: found[2] as `v${number}` } : undefined;
}
