import type { Job } from '../../archive/archive.ts';
import type { Result } from '../../contract/contract.ts';
import type { ArchiveEventOf } from '../../model/event.ts';
import { isOutcome } from '../../model/verdict.ts';
import { DOCUMENTS } from '../state/documents.ts';
import { type JobRecord, workflowRunOf } from '../state/job-record.ts';
import type { OpenRun } from '../state/open-run.ts';
import { costCap } from './order.ts';

type Charge = ArchiveEventOf<'job.charged'>;

/** Costs that differ by less, in US dollars, are the same: they are sums of fractions. */
export const ROUNDING_USD = 1e-9;

/** The charge for what a worker reports to have spent besides its results, if there is any and it is not charged yet. */
export function chargeReported(job: Job, { attempt }: JobRecord, result: Result, reason: string): Charge[] {
  const told =
    result.kind === 'evaluate'
      ? result.perTask.reduce((sum, { verdict, costUSD }) => sum + (isOutcome(verdict) ? costUSD : 0), 0)
      : 0;
  return chargeOf(job, attempt, { costUSD: result.usage.costUSD - told, reason });
}

/**
 * The charge for an attempt that reported nothing: as much as its order allowed, since a worker that was lost may have spent
 * that. Nothing for an order that was never sent, or whose workflow run never came to any step.
 */
export async function chargeMost(run: OpenRun, job: Job, record: JobRecord, reason: string): Promise<Charge[]> {
  const tasks = record.order.kind === 'evaluate' ? record.order.tasks.length : 1;
  const { state, attempt } = record;
  return chargeAtMost(run, job, { state, attempt, workflowRun: workflowRunOf(record) }, reason, tasks);
}

/** As `chargeMost`, for a record of which only this is known. */
export async function chargeAtMost(
  run: OpenRun,
  job: Job,
  {
    state,
    attempt,
    workflowRun,
  }: { readonly state: string; readonly attempt: number; readonly workflowRun: number | null },
  reason: string,
  tasks = job.tasks.length,
): Promise<Charge[]> {
  if (state === 'waiting' || (workflowRun !== null && !(await run.forge.beganWork(workflowRun)))) return [];
  return chargeOf(job, attempt, { costUSD: costCap(run, job.kind, tasks), assumed: true, reason });
}

/** The charges for orders of a job that were sent before the journal was lost, as for attempts that reported nothing. */
export async function chargeOrphans(run: OpenRun, job: Job): Promise<Charge[]> {
  const sent = (await run.documents.read(DOCUMENTS.orphans))?.[job.job] ?? 0;
  const costUSD = costCap(run, job.kind, job.tasks.length);
  const cost = { costUSD, assumed: true, reason: 'sent before the journal was lost' } as const;
  return Array.from({ length: sent }, (_, i) => chargeOf(job, i + 1, cost)).flat();
}

function chargeOf(
  { job, variant, charged }: Job,
  attempt: number,
  cost: Pick<Charge, 'costUSD' | 'assumed' | 'reason'>,
): Charge[] {
  if (attempt <= charged || cost.costUSD < ROUNDING_USD) return [];
  return [{ type: 'job.charged', job, variant, attempt, ...cost, reason: cost.reason.slice(0, 500) }];
}
