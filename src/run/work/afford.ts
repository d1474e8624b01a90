import type { Job } from '../../archive/archive.ts';
import type { OpenRun } from '../state/open-run.ts';
import { ROUNDING_USD } from './charge.ts';
import { costCap } from './order.ts';

/**
 * Whether a job at most, what is spent, and what is in flight at most stay within the run's limit together.
 * @param again the job in flight that would be tried again
 */
export function affords(run: OpenRun, kind: Job['kind'], tasks: number, again?: Job): boolean {
  const { settings, spentUSD, jobs } = run.archive;
  if (settings.costUSD === null) return true;
  let most = spentUSD + costCap(run, kind, tasks);
  for (const job of jobs.values()) if (job.job !== again?.job) most += costCap(run, job.kind, job.tasks.length);
  return most <= settings.costUSD + ROUNDING_USD;
}
