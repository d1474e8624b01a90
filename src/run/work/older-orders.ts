import { z } from 'zod';
import { CONTRACT_VERSION } from '../../contract/contract.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { step } from '../state/step.ts';
import { chargeSent } from './charge.ts';

/** What is read of the record of a job that an App of an earlier version sent. */
const olderSchema = z.looseObject({
  state: z.string(),
  attempt: z.int().min(1),
  workflowRun: z.int().nullable().default(null),
  order: z.looseObject({ v: z.int() }),
});

/**
 * Takes back what an earlier version of the App has ordered: no worker of this version carries it out, and its result would
 * not be read. What it may have cost is charged, and the job is ordered again, as one of this version.
 */
export async function takeBackOlderOrders(run: OpenRun): Promise<void> {
  for (const [id, record] of await run.documents.list({ ...DOCUMENTS.job, schema: olderSchema })) {
    if (record.order.v === CONTRACT_VERSION) continue;
    const { workflowRun, state, attempt } = record;
    const job = run.archive.jobs.get(id);
    if (workflowRun !== null)
      await step(run, `cancelling workflow run ${workflowRun}`, () => run.forge.cancelRun(workflowRun));
    if (job)
      await run.record(
        ...(await chargeSent(run, job, { workflowRun, state, attempt }, 'ordered by an earlier version of the App')),
      );
    await run.documents.remove(DOCUMENTS.job.of(id));
  }
}
