import { mapAtOnce } from '../../model/limits/at-once.ts';
import type { RunView } from '../../report/view.ts';
import { followPull } from '../measure/follow-pull.ts';
import { tellVerdict } from '../measure/tell-verdict.ts';
import { finalize, isFinalized } from '../promotion/finalize.ts';
import { advanceJudging } from '../promotion/judge-run.ts';
import { observePulls } from '../promotion/observe-pulls.ts';
import { advancePromotion } from '../promotion/promote.ts';
import { advanceRelease } from '../promotion/release.ts';
import { tendDashboard } from '../publish/dashboard.ts';
import { isWordUntold, publishEvidence } from '../publish/publish-evidence.ts';
import { viewRun } from '../publish/view.ts';
import { secondsSince, secondsUntil } from '../state/clock.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { step } from '../state/step.ts';
import { followBranch } from '../variants/follow-branch.ts';
import { tendPullRequests } from '../variants/pull-requests.ts';
import { collectResults, type Hints } from '../work/collect.ts';
import { dispatchDue } from '../work/dispatch.ts';
import { jobRecords } from '../work/job-records.ts';
import { pauseWhenLost } from '../work/pause-when-lost.ts';
import { advancePreflight } from '../work/preflight.ts';
import { advanceSearch } from './advance.ts';
import { advanceCalibration } from './advance-calibration.ts';
import { advanceMeasure, endSealed } from './advance-measure.ts';

/** What to look at on GitHub in a tick. */
export interface Look {
  readonly workflowRuns: Hints;
  readonly pulls: boolean;
}

/**
 * One tick of a run's control loop: takes in what has happened, then decides, orders, tells and promotes until nothing new is
 * recorded. Level-triggered: it acts on how things are, so any tick may be left out, doubled or cut short. A step that is
 * refused keeps no other from being done. Gives the seconds until the run should be looked at again by itself, null for
 * whenever something happens.
 */
export async function tick(run: OpenRun, look: Look): Promise<number | null> {
  if (look.pulls) {
    await step(run, 'looking at the default branch', () => followBranch(run));
    const { measure } = run.archive.settings;
    await step(run, 'looking at pull requests', () => (measure ? followPull(run) : observePulls(run)));
  }
  await collectResults(run, look.workflowRuns);
  let waits: readonly (number | null)[] = [];
  for (let settled = false; !settled; ) {
    await pauseWhenLost(run);
    if (await advancePreflight(run, look.workflowRuns)) await advance(run);
    await advanceJudging(run);
    // What is recorded up to here is acted upon in this round.
    const known = run.entries.length;
    // Workers start before anything is told: telling takes longer.
    await dispatchDue(run);
    waits = await tell(run);
    await step(run, 'promoting', () => (run.archive.settings.measure ? endSealed(run) : advancePromotion(run)));
    settled = run.entries.length === known;
  }
  if (run.archive.status !== 'ended') return least([...waits, await tendAgain(run), await secondsToRetry(run)]);
  const released = await step(run, 'releasing', async () => {
    await (run.archive.settings.measure ? tellVerdict(run) : advanceRelease(run));
    return true;
  });
  await tell(run);
  await step(run, 'finalizing', () => finalize(run));
  await tendAgain(run);
  // No webhook tells when what refused a release is put right.
  return released && (await isFinalized(run.documents)) ? null : run.options.sweepSeconds;
}

function advance(run: OpenRun): Promise<void> {
  const { calibrate, measure } = run.archive.settings;
  if (measure) return advanceMeasure(run);
  return calibrate ? advanceCalibration(run) : advanceSearch(run);
}

async function tell(run: OpenRun): Promise<(number | null)[]> {
  const hold = await secondsToHold(run);
  if (hold > 0 && !(await isWordUntold(run))) return [hold, await tendAgain(run)];
  const view: RunView = await viewRun(run);
  const { frugal } = run.forge;
  const evidence = () => step(run, 'publishing evidence', () => publishEvidence(run, view));
  const pulls = () => step(run, 'pull requests', () => tendPullRequests(run, view));
  // What is written at the same time goes in one request.
  const [, wait] = await mapAtOnce([evidence, pulls], frugal ? 2 : 1, async (tellOf) => (await tellOf()) ?? null);
  if (frugal) await run.documents.write(DOCUMENTS.told, run.clock.now().toISOString());
  return [wait!, await tendAgain(run)];
}

/** Seconds until evidence and pull requests are told again; 0 for now, as always while writes need not be saved. */
async function secondsToHold({ forge, archive, documents, clock, options }: OpenRun): Promise<number> {
  if (!forge.frugal || archive.status === 'judging' || archive.status === 'ended') return 0;
  const told = await documents.read(DOCUMENTS.told);
  return told === undefined ? 0 : Math.max(0, options.frugalSeconds - secondsSince(clock.now(), told));
}

/** The dashboard with everything that has come up, refusals too. */
async function tendAgain(run: OpenRun): Promise<number | null> {
  return (await step(run, 'the dashboard', async () => tendDashboard(run, await viewRun(run)))) ?? null;
}

async function secondsToRetry(run: OpenRun): Promise<number | null> {
  const now = run.clock.now();
  const preflight = await run.documents.read(DOCUMENTS.preflight);
  return least(
    [...(await jobRecords(run)), ...(preflight ? [preflight] : [])].map((record) => {
      if (record.state === 'waiting') return Math.max(1, secondsUntil(now, record.notBefore, run.options.sweepSeconds));
      return record.state === 'dispatching' ? 2 : null;
    }),
  );
}

function least(waits: readonly (number | null)[]): number | null {
  const known = waits.filter((wait) => wait !== null);
  return known.length === 0 ? null : Math.min(...known);
}
