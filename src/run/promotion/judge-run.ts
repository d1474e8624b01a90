import { type Archive, IN_FLIGHT, UNTRIED } from '../../archive/archive.ts';
import type { Look } from '../../archive/held-out.ts';
import { ROOT, type TaskId, type VariantId } from '../../model/ids.ts';
import { affords } from '../../order/spending.ts';
import { judgeGate } from '../../search/gate/gate.ts';
import { isBarred, judgedOf, roundOf } from '../../search/gate/judged.ts';
import { type Judged, judgeRounds, lookAfter, stopsFor } from '../../search/gate/rounds.ts';
import { allowedBy } from '../../search/gate/sequential.ts';
import { setAttention } from '../state/attention.ts';
import type { OpenRun } from '../state/open-run.ts';

/**
 * The held-out comparison: the root and the best-belief variant on every held-out task, by turns, in rounds, with a look at the evidence
 * after each. It stops at proof, when it is futile, when its evaluations are used up, or when no more can be paid. A variant that
 * has tampered is measured no further.
 */
export async function advanceJudging(run: OpenRun): Promise<void> {
  const { status, gate } = run.archive;
  if (status !== 'judging' || gate !== null) return;
  for (;;) {
    const measured = await advanceRound(run);
    if (measured === 'in flight') return;
    if (await look(run, measured)) return;
  }
}

/** Orders what is left of the round, as far as that can be paid: near the limit in smaller jobs, one at a time. */
async function advanceRound(run: OpenRun): Promise<'in flight' | 'complete' | 'unpaid'> {
  const opened = run.archive.opened!;
  for (;;) {
    const { jobs, settings } = run.archive;
    if (jobs.size >= settings.concurrency) return 'in flight';
    const next = isBarred(run.archive, opened) ? null : nextBatch(run.archive, opened);
    if (next === null) return jobs.size > 0 ? 'in flight' : 'complete';
    const pays = (tasks: number) => affords(run.archive, run.spec.configuration, 'evaluate', tasks);
    let most = next.tasks.length;
    if (!pays(most)) {
      if (jobs.size > 0) return 'in flight';
      while (most > 0 && !pays(most)) most--;
    }
    if (most === 0) {
      const limit = `$${settings.costUSD}`;
      await setAttention(run, 'heldout', `The held-out comparison stops early: more of it could cost over ${limit}.`);
      return 'unpaid';
    }
    const tasks = next.tasks.slice(0, most);
    await run.record({ type: 'evaluation.ordered', decision: null, split: 'heldout', ...next, tasks });
  }
}

/** Looks at what the rounds have shown. Whether that ends the comparison; look and verdict are recorded together, so that none is looked at again. */
async function look(run: OpenRun, measured: 'complete' | 'unpaid'): Promise<boolean> {
  const opened = run.archive.opened!;
  const { comparisons, heldOut, settings } = run.archive;
  if (!comparisons.has(opened)) {
    const none = new Uint8Array(settings.heldOut.length);
    const codes = (variant: VariantId) => heldOut.get(variant)?.[0]?.codes ?? none;
    const gate = judgeGate(codes(ROOT), codes(opened), settings.confidence, isBarred(run.archive, opened));
    await run.record({ type: 'heldout.done', variant: opened, gate });
    return true;
  }
  // An incomplete round says nothing.
  const before = judgedOf(run.archive, opened, roundOf(run.archive, opened) + (measured === 'complete' ? 1 : 0));
  const { comparison } = before;
  const next = nextLook(before, measured, settings.repeats ?? 1);
  const fresh = next !== undefined && next !== comparison.looks.at(-1);
  const judged = fresh ? { ...before, comparison: { ...comparison, looks: [...comparison.looks, next] } } : before;
  const stopped =
    (judged.comparison.looks.length > 0 ? stopsFor(judged) : null) ?? (measured === 'unpaid' ? 'money' : null);
  await run.record(
    ...(fresh ? [{ type: 'heldout.looked', variant: opened, ...next } as const] : []),
    ...(stopped === null
      ? []
      : [{ type: 'heldout.done', variant: opened, gate: judgeRounds(judged, stopped) } as const]),
  );
  return stopped !== null;
}

/** The look that follows what was measured; undefined where not even the first round could be paid. */
function nextLook(judged: Judged, measured: 'complete' | 'unpaid', least: number): Look | undefined {
  if (measured === 'complete') return lookAfter(judged, least);
  const { comparison, progress, rules, seen } = judged;
  // For goal `cost` each look is planned: that no more can be paid gives none more to spend.
  if (rules.goal === 'cost' || seen.rounds.length === 0) return comparison.looks.at(-1);
  return { round: seen.rounds.length - 1, allowed: allowedBy(progress, true) };
}

interface Batch {
  readonly job: string;
  readonly variant: VariantId;
  readonly tasks: readonly TaskId[];
  readonly round?: number;
}

function nextBatch(archive: Archive, opened: VariantId): Batch | null {
  const { settings, heldOut, heldOutOrders, comparisons } = archive;
  const round = roundOf(archive, opened);
  const leftOut = comparisons.get(opened)?.leftOut ?? [];
  const pending = (variant: VariantId): Batch => {
    const codes = heldOut.get(variant)?.[round]?.codes;
    const ordered = heldOutOrders.tasks.get(variant)?.[round];
    const tasks = settings.heldOut.filter(
      (task, i) => (codes?.[i] ?? UNTRIED) <= IN_FLIGHT && !ordered?.has(task) && !leftOut.includes(task),
    );
    const job = `${settings.run}-h${heldOutOrders.jobs}`;
    return { job, variant, tasks, ...(round === 0 ? {} : { round }) };
  };
  const [ofRoot, ofVariant] = [pending(ROOT), pending(opened)];
  const next = ofRoot.tasks.length >= ofVariant.tasks.length ? ofRoot : ofVariant;
  return next.tasks.length === 0 ? null : { ...next, tasks: next.tasks.slice(0, settings.batch) };
}
