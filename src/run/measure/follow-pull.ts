import { statusOf } from '../../github/retry.ts';
import type { OpenRun } from '../state/open-run.ts';
import { cancelWork } from '../work/collect.ts';
import { HEAD } from './verdict.ts';

/** Withdraws a measurement whose pull request was pushed to, closed or merged: nobody waits for what it would say. */
export async function followPull(run: OpenRun): Promise<void> {
  if (run.archive.outcome !== null) return;
  const why = await whyWithdrawn(run);
  if (why === null) return;
  const { pull, head } = run.archive.settings.measure!;
  await cancelWork(run, why);
  const reason = `Withdrawn: pull request ${pull} ${why}. What was measured until then applies to ${head.sha}.`;
  await run.record({ type: 'run.ended', outcome: 'stopped', shipped: HEAD, reason });
}

/** What became of a pull request that is measured, so that there is nothing left to measure; null while it is as it was. */
export async function whyWithdrawn({ archive, forge }: OpenRun): Promise<string | null> {
  const { pull, head } = archive.settings.measure!;
  const now = await forge.pull(pull).catch((error) => {
    if (statusOf(error) === 404) return null;
    throw error;
  });
  // GitHub takes the pull requests of accounts away that it takes for spam.
  if (now === null) return 'is gone';
  const { headSha, open, merged } = now;
  if (headSha !== head.sha) return `was pushed to, its head is ${headSha} now`;
  if (open) return null;
  return merged ? 'was merged' : 'was closed';
}
