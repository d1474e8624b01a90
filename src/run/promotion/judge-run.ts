import { barredBy, IN_FLIGHT, UNTRIED } from '../../archive/archive.ts';
import { ROOT, type TaskId, type VariantId, variantNumber } from '../../model/ids.ts';
import { affords } from '../../order/spending.ts';
import { judgeGate } from '../../search/gate/gate.ts';
import { setAttention } from '../state/attention.ts';
import type { OpenRun } from '../state/open-run.ts';

/**
 * The held-out comparison: the root and the best-belief variant on every held-out task, by turns, then the gate, once all have
 * been measured or given up on, or no more can be paid. A variant that has tampered is measured no further.
 */
export async function advanceJudging(run: OpenRun): Promise<void> {
  const { opened, status, gate } = run.archive;
  if (status !== 'judging' || opened === null || gate !== null) return;
  for (;;) {
    const { jobs, settings } = run.archive;
    if (jobs.size >= settings.concurrency) return;
    const next = isBarred(run, opened) ? null : nextBatch(run, opened);
    if (next === null) break;
    if (!affords(run.archive, run.spec.configuration, 'evaluate', next.tasks.length)) {
      if (jobs.size > 0) return;
      const limit = `$${settings.costUSD}`;
      await setAttention(run, 'heldout', `The held-out comparison stops early: more of it could cost over ${limit}.`);
      break;
    }
    await run.record({ type: 'evaluation.ordered', decision: null, split: 'heldout', ...next });
  }
  if (run.archive.jobs.size > 0) return;
  const { heldOut, settings } = run.archive;
  const none = new Uint8Array(settings.heldOut.length);
  const verdict = judgeGate(
    heldOut.get(ROOT)?.[0]?.codes ?? none,
    heldOut.get(opened)?.[0]?.codes ?? none,
    settings.confidence,
    isBarred(run, opened),
  );
  await run.record({ type: 'heldout.done', variant: opened, gate: verdict });
}

function isBarred({ archive }: OpenRun, id: VariantId): boolean {
  return barredBy(archive.search, variantNumber(id)) !== undefined;
}

interface Batch {
  readonly job: string;
  readonly variant: VariantId;
  readonly tasks: readonly TaskId[];
}

function nextBatch(run: OpenRun, opened: VariantId): Batch | null {
  const { settings, heldOut, heldOutOrders } = run.archive;
  const pending = (variant: VariantId): Batch => {
    const codes = heldOut.get(variant)?.[0]?.codes;
    const ordered = heldOutOrders.tasks.get(variant)?.[0];
    const tasks = settings.heldOut.filter((task, i) => (codes?.[i] ?? UNTRIED) <= IN_FLIGHT && !ordered?.has(task));
    return { job: `${run.key.run}-h${heldOutOrders.jobs}`, variant, tasks };
  };
  const [ofRoot, ofVariant] = [pending(ROOT), pending(opened)];
  const next = ofRoot.tasks.length >= ofVariant.tasks.length ? ofRoot : ofVariant;
  return next.tasks.length === 0 ? null : { ...next, tasks: next.tasks.slice(0, settings.batch) };
}
