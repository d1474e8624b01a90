import type { Archive, Job } from '../archive/archive.ts';
import type { Configuration } from '../config/schema.ts';
import type { IssuedOrder, Result } from '../contract/contract.ts';
import type { ArchiveEventOf } from '../model/event.ts';
import { isOutcome } from '../model/verdict.ts';

/** Costs that differ by less, in US dollars, are the same: they are sums of fractions. */
const ROUNDING_USD = 1e-9;

/** US dollars a job may cost at most: an expansion as much as four tasks. */
export function costCap({ limits }: Configuration, kind: IssuedOrder['kind'], tasks: number): number {
  return limits.taskCostUSD * { evaluate: tasks, expand: 4, preflight: 1 }[kind];
}

/**
 * Whether a job at most, what is spent, and what is in flight at most stay within the run's limit together.
 * @param again the job in flight that would be tried again
 */
export function affords(
  { settings, spentUSD, jobs }: Archive,
  configuration: Configuration,
  kind: Job['kind'],
  tasks: number,
  again?: Job,
): boolean {
  if (settings.costUSD === null) return true;
  let most = spentUSD + costCap(configuration, kind, tasks);
  for (const job of jobs.values())
    if (job.job !== again?.job) most += costCap(configuration, job.kind, job.tasks.length);
  return most <= settings.costUSD + ROUNDING_USD;
}

/** What the held-out comparison costs once more, in US dollars, as evaluations have cost so far; null where none has. */
export function comparisonCost({ settings, measured }: Archive): number | null {
  if (measured.evaluations === 0) return null;
  return (2 * settings.heldOut.length * (settings.repeats ?? 1) * measured.costUSD) / measured.evaluations;
}

type Charge = ArchiveEventOf<'job.charged'>;

/** The charge for what a worker reports to have spent besides its results, if there is any and it is not charged yet. */
export function chargeReported(job: Job, attempt: number, result: Result, reason: string): Charge[] {
  const told =
    result.kind === 'evaluate'
      ? result.perTask.reduce((sum, { verdict, costUSD }) => sum + (isOutcome(verdict) ? costUSD : 0), 0)
      : 0;
  return chargeOf(job, attempt, { costUSD: result.usage.costUSD - told, reason });
}

/** The charge for an attempt that reported nothing: as much as its order allowed, since a lost worker may have spent that. */
export function chargeMost(
  job: Job,
  configuration: Configuration,
  attempt: number,
  tasks: number,
  reason: string,
): Charge[] {
  return chargeOf(job, attempt, { costUSD: costCap(configuration, job.kind, tasks), assumed: true, reason });
}

function chargeOf(
  { job, variant, charged }: Job,
  attempt: number,
  cost: Pick<Charge, 'costUSD' | 'assumed' | 'reason'>,
): Charge[] {
  if (attempt <= charged || cost.costUSD < ROUNDING_USD) return [];
  return [{ type: 'job.charged', job, variant, attempt, ...cost, reason: cost.reason.slice(0, 500) }];
}
