import type { RunOutcome } from '../../model/event.ts';
import { measureHeadline } from '../measure/text.ts';
import { HEAD, isJudged, type MeasureVerdict, nextBatch, sealedVerdict, searchVerdict } from '../measure/verdict.ts';
import { endedEarly } from '../promotion/ended-early.ts';
import { openHeldOut } from '../promotion/ledger.ts';
import type { OpenRun } from '../state/open-run.ts';
import { cancelWork } from '../work/collect.ts';
import { hoursOver, isPastHours, pays, watchTheClock } from './advance.ts';

/**
 * A measurement: base and head by turns on every search task, in rounds, until a verdict or the end of its evaluations; a sealed one
 * opens the held-out tasks, which then goes on as any comparison. Stopped, or where no more can be paid, it says what there is.
 */
export async function advanceMeasure(run: OpenRun): Promise<void> {
  await watchTheClock(run);
  for (;;) {
    const { status, jobs, settings } = run.archive;
    if (status === 'judging') return endLate(run);
    if (status === 'paused' || status === 'ended') return;
    const over = status === 'stopping';
    if (over && jobs.size > 0) return;
    if (settings.measure!.sealed) return over ? endUnopened(run) : open(run);
    const verdict = searchVerdict(run.archive, run.entries, over);
    if (verdict !== null) return end(run, verdict);
    if (jobs.size >= settings.concurrency) return;
    const batch = nextBatch(run.archive);
    if (batch === null) return;
    if (!(await pays(run, { type: 'evaluate', tasks: batch.tasks }))) {
      if (jobs.size > 0) return;
      continue;
    }
    const { variant, tasks, round } = batch;
    const job = `${settings.run}-m${run.entries.length}`;
    const again = round === 0 ? {} : { round };
    await run.record({ type: 'evaluation.ordered', job, decision: null, variant, tasks, split: 'search', ...again });
  }
}

/** Ends a sealed one that has opened once its hours are over; more evidence that a person has bought since has no such end. */
async function endLate(run: OpenRun): Promise<void> {
  const { gate, extensions } = run.archive;
  if (gate !== null || extensions > 0 || !isPastHours(run)) return;
  const why = hoursOver(run);
  await cancelWork(run, why);
  await run.record(...endedEarly(run, 'hours', why));
}

/** After the gate has spoken: says what that means for the pull request, and merges nothing. */
export async function endSealed(run: OpenRun): Promise<void> {
  const { gate, outcome } = run.archive;
  if (gate !== null && outcome === null) await end(run, sealedVerdict(gate));
}

async function open(run: OpenRun): Promise<void> {
  const { evaluations } = run.archive.settings.measure!;
  await openHeldOut(run, { variant: HEAD, evaluations }, (why) => ({
    type: 'run.ended',
    outcome: 'failed',
    shipped: HEAD,
    reason: `Nothing was measured. ${why}`,
  }));
}

async function endUnopened(run: OpenRun): Promise<void> {
  const reason = `Ended early, ${run.archive.note}. Nothing was measured.`;
  await run.record({ type: 'run.ended', outcome: 'stopped', shipped: HEAD, reason });
}

async function end(run: OpenRun, verdict: MeasureVerdict): Promise<void> {
  const { status, note } = run.archive;
  const early = status === 'stopping';
  const headline = measureHeadline(run.archive, verdict);
  const outcome: RunOutcome = isJudged(verdict) ? 'measured' : early ? 'stopped' : 'failed';
  const reason = early ? `${headline} It ended early, ${note}.` : headline;
  await run.record({ type: 'run.ended', outcome, shipped: HEAD, reason });
}
