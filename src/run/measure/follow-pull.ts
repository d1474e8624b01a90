import type { PullRequest } from '../../github/forge.ts';
import type { OpenRun } from '../state/open-run.ts';
import { cancelWork } from '../work/collect.ts';
import { HEAD } from './verdict.ts';

/** Withdraws a measurement whose pull request was pushed to, closed or merged: nobody waits for what it would say. */
export async function followPull(run: OpenRun): Promise<void> {
  const { settings, outcome } = run.archive;
  if (outcome !== null) return;
  const { pull: number, head } = settings.measure!;
  const why = whyWithdrawn(await run.forge.pull(number), head.sha);
  if (why === null) return;
  await cancelWork(run, why);
  const reason = `Withdrawn: pull request ${number} ${why}. What was measured by then stays with ${head.sha}.`;
  await run.record({ type: 'run.ended', outcome: 'stopped', shipped: HEAD, reason });
}

function whyWithdrawn({ headSha, open, merged }: PullRequest, measured: string): string | null {
  if (headSha !== measured) return `was pushed to, its head is ${headSha} now`;
  if (open) return null;
  return merged ? 'was merged' : 'was closed';
}
