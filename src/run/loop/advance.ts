import { barredBy } from '../../archive/archive.ts';
import type { Decision } from '../../model/decision.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { ROOT, type VariantId, variantNumber } from '../../model/ids.ts';
import { affords, costCap } from '../../order/spending.ts';
import { decide } from '../../search/decide.ts';
import { openHeldOut } from '../promotion/ledger.ts';
import type { OpenRun } from '../state/open-run.ts';

/** Decides and orders until nothing more may start now. */
export async function advanceSearch(run: OpenRun): Promise<void> {
  await watchTheClock(run);
  while (run.archive.status !== 'judging' && run.archive.status !== 'ended') {
    const decision = decide(run.archive, run.policy);
    if (decision.type === 'wait') return;
    if (decision.type !== 'stop' && !(await pays(run, decision))) return;
    if (decision.type === 'stop') await stop(run, decision);
    else await run.record(...eventsOf(run, decision));
  }
}

/** Stops a run whose hours are over. */
export async function watchTheClock(run: OpenRun): Promise<void> {
  const { status } = run.archive;
  if ((status !== 'running' && status !== 'paused') || !isPastHours(run)) return;
  await run.record({ type: 'run.stopping', by: 'huxley', reason: hoursOver(run) });
}

export function isPastHours({ spec, clock }: OpenRun): boolean {
  return clock.now().getTime() - Date.parse(spec.startedAt) >= spec.configuration.limits.hours * 3_600_000;
}

export function hoursOver({ spec }: OpenRun): string {
  return `the run's ${spec.configuration.limits.hours} hours are over`;
}

/** Whether a job can be paid; the search stops when none can. */
export async function pays(
  run: OpenRun,
  work: Pick<Decision & { type: 'expand' | 'evaluate' }, 'type' | 'tasks'>,
): Promise<boolean> {
  const { settings, spentUSD, jobs } = run.archive;
  const tasks = work.type === 'evaluate' ? work.tasks.length : 1;
  if (affords(run.archive, run.spec.configuration, work.type, tasks)) return true;
  if (jobs.size === 0)
    await run.record({
      type: 'run.stopping',
      by: 'huxley',
      reason: `another job could cost $${costCap(run.spec.configuration, work.type, tasks).toFixed(2)}, and $${spentUSD.toFixed(2)} of $${settings.costUSD} are spent`,
    });
  return false;
}

/** Ends the search: with the comparison of what was chosen, or with nothing. */
async function stop(run: OpenRun, decision: Decision & { type: 'stop' }): Promise<void> {
  const { decisions, search, settings } = run.archive;
  const made: ArchiveEvent = { type: 'decision.made', n: decisions, decision };
  const variant = chosenFor(run, decision.shipped);
  if (variant !== ROOT && settings.gate !== undefined) {
    const unopened = (why: string) =>
      ({
        type: 'run.ended',
        outcome: 'nothing',
        shipped: variant,
        reason: `${variant} is believed to be better than the root, but is not compared with it. ${why} Add tasks: they start fresh.`,
      }) as const;
    return openHeldOut(run, { variant, evaluations: settings.gate.evaluations }, unopened, made);
  }
  const reason =
    search.live === 1
      ? 'No variant could be made, so there is nothing to merge.'
      : `None of ${search.live - 1} variants is believed to be ${settings.gate?.goal === 'cost' ? 'clearly cheaper than the root and not worse' : 'better than the root'}. The held-out tasks stay sealed.`;
  await run.record(
    made,
    variant === ROOT
      ? { type: 'run.ended', outcome: 'nothing', shipped: variant, reason }
      : { type: 'heldout.opened', variant },
  );
}

/** A decision with the order that carries it out. */
export function eventsOf(run: OpenRun, decision: Decision & { type: 'expand' | 'evaluate' }): ArchiveEvent[] {
  const n = run.archive.decisions;
  const made: ArchiveEvent = { type: 'decision.made', n, decision };
  const job = `${run.key.run}-d${n}`;
  switch (decision.type) {
    case 'expand': {
      const { variant, parent, operator } = decision;
      return [made, { type: 'expansion.ordered', job, decision: n, variant, parent, operator }];
    }
    case 'evaluate': {
      const { variant, tasks, round } = decision;
      const again = round === undefined ? {} : { round };
      return [made, { type: 'evaluation.ordered', job, decision: n, variant, tasks, split: 'search', ...again }];
    }
  }
}

/** What a person asked to promote, unless it has tampered meanwhile. */
function chosenFor({ archive: { asked, search } }: OpenRun, shipped: VariantId): VariantId {
  return asked === null || barredBy(search, variantNumber(asked)) ? shipped : asked;
}
