import type { RunView } from '../report/view.ts';
import { advanceSearch } from './advance.ts';
import { collectResults, type Hints } from './collect.ts';
import { tendDashboard } from './dashboard.ts';
import { dispatchDue } from './dispatch.ts';
import { jobRecords } from './job-record.ts';
import { advanceJudging } from './judge-run.ts';
import { observePulls } from './observe-pulls.ts';
import type { OpenRun } from './open-run.ts';
import { pauseWhenLost } from './pause-when-lost.ts';
import { advancePromotion } from './promote.ts';
import { publishEvidence } from './publish-evidence.ts';
import { tendPullRequests } from './pull-requests.ts';
import { viewRun } from './view.ts';
import { windUp } from './wind-up.ts';

/** What to look at on GitHub in a turn. */
export interface Look {
  readonly workflowRuns: Hints;
  readonly pulls: boolean;
}

/**
 * One turn of a run's control loop: takes in what has happened, decides, orders, and tells. Level-triggered: it acts on how
 * things are, so any turn may be left out, doubled or cut short. Gives the seconds until the run should be looked at again by
 * itself, null for whenever something happens.
 */
export async function tick(run: OpenRun, look: Look): Promise<number | null> {
  if (look.pulls) await observePulls(run);
  await collectResults(run, look.workflowRuns);
  await pauseWhenLost(run);
  await advanceSearch(run);
  await advanceJudging(run);
  // Workers start before anything is told: telling takes longer.
  await dispatchDue(run);
  const told = await tell(run);
  await advancePromotion(run);
  // A default branch that has moved has the comparison made again.
  await advanceJudging(run);
  await dispatchDue(run);
  const waits = run.archive.status === 'ended' ? await tell(run) : told;
  if (run.archive.status === 'ended') {
    await windUp(run);
    return null;
  }
  return least([...waits, await secondsToRetry(run)]);
}

async function tell(run: OpenRun): Promise<(number | null)[]> {
  const view: RunView = await viewRun(run);
  await publishEvidence(run, view);
  return [await tendPullRequests(run, view), await tendDashboard(run, view)];
}

async function secondsToRetry(run: OpenRun): Promise<number | null> {
  const now = run.clock.now().getTime();
  return least(
    (await jobRecords(run)).map((record) => {
      if (record.state === 'waiting') return Math.max(1, (Date.parse(record.notBefore) - now) / 1_000);
      return record.workflowRun === null ? 2 : null;
    }),
  );
}

function least(waits: readonly (number | null)[]): number | null {
  const known = waits.filter((wait) => wait !== null);
  return known.length === 0 ? null : Math.min(...known);
}
