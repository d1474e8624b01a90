import type { Job } from '../../archive/archive.ts';
import type { ArchiveEventOf } from '../../model/event.ts';
import { chargeMost } from '../../order/spending.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { JobRecord } from '../state/job-record.ts';
import type { OpenRun } from '../state/open-run.ts';

type Charge = ArchiveEventOf<'job.charged'>;

/** What has to be known of a record to charge for it. */
interface Sent {
  readonly state: string;
  readonly attempt: number;
  readonly workflowRun?: number | null;
}

/** The charge for an attempt that reported nothing: none for an order that was never sent, or whose workflow run never came to any step. */
export async function chargeLost(run: OpenRun, job: Job, record: JobRecord, reason: string): Promise<Charge[]> {
  const tasks = record.order.kind === 'evaluate' ? record.order.tasks.length : 1;
  return chargeSent(run, job, record, reason, tasks);
}

/** As `chargeLost`, for a record of which only this is known. */
export async function chargeSent(
  run: OpenRun,
  job: Job,
  { state, attempt, workflowRun = null }: Sent,
  reason: string,
  tasks = job.tasks.length,
): Promise<Charge[]> {
  if (state === 'waiting' || (workflowRun !== null && !(await run.forge.beganWork(workflowRun)))) return [];
  return chargeMost(job, run.spec.configuration, attempt, tasks, reason);
}

/** The charges for orders of a job that were sent before the journal was lost, as for attempts that reported nothing. */
export async function chargeOrphans(run: OpenRun, job: Job): Promise<Charge[]> {
  const sent = (await run.documents.read(DOCUMENTS.orphans))?.[job.job] ?? 0;
  const reason = 'sent before the journal was lost';
  return Array.from({ length: sent }, (_, i) =>
    chargeMost(job, run.spec.configuration, i + 1, job.tasks.length, reason),
  ).flat();
}
