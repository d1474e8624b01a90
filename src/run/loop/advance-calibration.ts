import type { Archive } from '../../archive/archive.ts';
import type { Decision } from '../../model/decision.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { ROOT } from '../../model/ids.ts';
import { decide } from '../../search/decide.ts';
import { type CalibrationReport, reportOn } from '../calibration/report.ts';
import { calibrationHeadline } from '../calibration/text.ts';
import type { OpenRun } from '../state/open-run.ts';
import { eventsOf, pays, watchTheClock } from './advance.ts';

/**
 * A calibration: the root on every search task, as decisions have it, then on every held-out task as often, then the report.
 * It ends early, with what there is, when it is stopped or no more can be paid.
 */
export async function advanceCalibration(run: OpenRun): Promise<void> {
  await watchTheClock(run);
  while (run.archive.status !== 'ended') {
    const decision = decide(run.archive, run.policy);
    if (decision.type === 'wait') return;
    if (decision.type !== 'stop') {
      if (!(await order(run, decision, eventsOf(run, decision)))) return;
      continue;
    }
    const heldOut = heldOutBatch(run.archive);
    if (heldOut !== null) {
      if (!(await order(run, { type: 'evaluate', tasks: heldOut.tasks }, [heldOut]))) return;
    } else if (run.archive.jobs.size > 0) return;
    else await end(run, decision);
  }
}

/** Orders what can be paid. Gives whether to go on: what cannot waits for work in flight, or has told the run to stop. */
async function order(
  run: OpenRun,
  work: Parameters<typeof pays>[1],
  events: readonly ArchiveEvent[],
): Promise<boolean> {
  const paid = await pays(run, work);
  if (paid) await run.record(...events);
  return paid || run.archive.jobs.size === 0;
}

/** The next held-out tasks for the root, in order of rounds; `null` where all were ordered, or nothing more may be. */
function heldOutBatch({
  settings,
  status,
  heldOutOrders,
}: Archive): (ArchiveEvent & { type: 'evaluation.ordered' }) | null {
  if (status === 'stopping') return null;
  const ordered = heldOutOrders.tasks.get(ROOT) ?? [];
  for (let round = 0; round < settings.calibrate!.attempts; round++) {
    const tasks = settings.heldOut.filter((task) => !ordered[round]?.has(task)).slice(0, settings.batch);
    if (tasks.length === 0) continue;
    const job = `${settings.run}-h${heldOutOrders.jobs}`;
    const again = round === 0 ? {} : { round };
    return { type: 'evaluation.ordered', job, decision: null, variant: ROOT, tasks, split: 'heldout', ...again };
  }
  return null;
}

async function end(run: OpenRun, decision: Decision): Promise<void> {
  const report = reportOn(run.entries);
  await run.record(
    { type: 'decision.made', n: run.archive.decisions, decision },
    { type: 'run.ended', outcome: outcomeOf(report), shipped: ROOT, reason: calibrationHeadline(report) },
  );
}

function outcomeOf({ calibration, stopped }: CalibrationReport): 'calibrated' | 'stopped' | 'failed' {
  if (calibration !== null) return 'calibrated';
  return stopped === null ? 'failed' : 'stopped';
}
