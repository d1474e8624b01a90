import type { Order, PreflightOrder } from '../../contract/contract.ts';
import { digestOf } from '../../order/seal.ts';
import { settle } from '../../order/settle.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { JobRecord } from '../state/job-record.ts';
import type { OpenRun } from '../state/open-run.ts';

/** The records of the jobs in flight. What a crash left of a finished job is cleared away. */
export async function jobRecords(run: OpenRun): Promise<readonly JobRecord[]> {
  const records: JobRecord[] = [];
  for (const [job, record] of await run.documents.list(DOCUMENTS.job))
    if (run.archive.jobs.has(job)) records.push(record);
    else await run.documents.remove(DOCUMENTS.job.of(job));
  return records;
}

/** The order as the worker carries it out. */
export function settledOrder({ spec }: OpenRun, { order, text }: JobRecord): Order | PreflightOrder {
  return settle(order, digestOf(text), spec.configuration);
}
