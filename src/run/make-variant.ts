import { z } from 'zod';
import type { ExpandOrder, ExpandResult } from '../job/contract.ts';
import type { VariantId } from '../model/ids.ts';
import { measureDiff } from './measure-diff.ts';
import type { OpenRun } from './open-run.ts';
import { parentOf } from './order.ts';
import { branchOf } from './spec.ts';
import { commitMessage } from './trailers.ts';

/** What is known of a variant's commit and not in the archive: its pull request tells it. */
export const makingSchema = z.strictObject({
  sha: z.string(),
  tree: z.string(),
  title: z.string(),
  diagnosis: z.strictObject({ summary: z.string(), proposal: z.string() }).nullable(),
  files: z.int(),
  added: z.int(),
  removed: z.int(),
  tasks: z.array(z.string()),
  donor: z.string().nullable(),
  checkPassed: z.boolean().nullable(),
});
export type Making = z.infer<typeof makingSchema>;

export function makingName(variant: VariantId): string {
  return `making/${variant}`;
}

/**
 * Makes the commit and the branch of a child from a worker's files. Asked again with the same order and result it makes the
 * same commit: its date is the order's own.
 */
export async function makeVariant(run: OpenRun, order: ExpandOrder, result: ExpandResult): Promise<Making> {
  const { forge } = run;
  const variant = order.operator.child;
  const title = result.diagnosis?.title ?? 'an unnamed change';
  const donor = order.operator.donor?.variant ?? null;
  const tree = await forge.createTree(order.tree, result.files);
  const sha = await forge.createCommit({
    tree,
    parents: [order.sha],
    message: commitMessage(title, result.diagnosis?.proposal ?? '', {
      run: run.key.run,
      variant,
      parent: parentOf(run, variant),
      operator: order.operator.name,
      job: order.jobId,
      tasks: order.tasks,
      donor,
    }),
    date: orderedAt(run, order.jobId),
  });
  await forge.createBranch(branchOf(run.key.run, variant), sha);
  const making: Making = {
    sha,
    tree,
    title,
    diagnosis: result.diagnosis && { summary: result.diagnosis.summary, proposal: result.diagnosis.proposal },
    ...(await measureDiff(
      forge,
      order.sha,
      sha,
      result.files.map(({ path }) => path),
    )),
    tasks: order.tasks,
    donor,
    checkPassed: order.agent.check === null ? null : result.failure?.stage !== 'check',
  };
  await run.notes.write(makingName(variant), making);
  return making;
}

function orderedAt(run: OpenRun, job: string): string {
  const entry = run.entries.find(({ event }) => event.type === 'expansion.ordered' && event.job === job);
  return `${entry!.at.slice(0, 19)}Z`;
}
