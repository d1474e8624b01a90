import type { OpenRun } from '../state/open-run.ts';

/** Whether nothing may be ordered before a worker has looked. A run on which work was ordered without that goes on without. */
export function preflightDue({ options, archive }: OpenRun): boolean {
  const { preflight, status, decisions, jobs } = archive;
  return options.preflight && preflight === null && status === 'running' && decisions === 0 && jobs.size === 0;
}
