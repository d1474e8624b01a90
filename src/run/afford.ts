import type { Job } from '../archive/archive.ts';
import { jobRecords } from './job-record.ts';
import type { OpenRun } from './open-run.ts';
import { costCap } from './order.ts';

/** Whether what is spent, what is in flight at most, and a job at most stay within the run's limit. */
export async function affords(run: OpenRun, kind: Job['kind'], tasks: number): Promise<boolean> {
  const { settings, spentUSD } = run.archive;
  if (settings.costUSD === null) return true;
  const committed = (await jobRecords(run)).reduce((sum, { order }) => sum + order.limits.costUSD, 0);
  return spentUSD + committed + costCap(run, kind, tasks) <= settings.costUSD;
}
