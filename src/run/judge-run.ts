import { IN_FLIGHT, UNTRIED } from '../archive/archive.ts';
import { ROOT, type TaskId, type VariantId } from '../model/ids.ts';
import { judge } from '../search/gate.ts';
import type { OpenRun } from './open-run.ts';

/**
 * The held-out comparison: the root and the best-belief variant on every held-out task, then the gate. Once the tasks have
 * been measured on both, or given up on.
 */
export async function advanceJudging(run: OpenRun): Promise<void> {
  const { opened, status, gate } = run.archive;
  if (status !== 'judging' || opened === null || gate !== null) return;
  for (;;) {
    const { jobs, settings } = run.archive;
    if (jobs.size >= settings.concurrency) return;
    const next = nextBatch(run, opened);
    if (next === null) break;
    await run.record({ type: 'evaluation.ordered', decision: null, split: 'heldout', ...next });
  }
  if (run.archive.jobs.size > 0) return;
  const { heldOut, settings } = run.archive;
  const none = new Uint8Array(settings.heldOut.length);
  const verdict = judge(heldOut.get(ROOT) ?? none, heldOut.get(opened) ?? none, settings.confidence);
  await run.record({ type: 'heldout.done', variant: opened, gate: verdict });
}

function nextBatch(run: OpenRun, opened: VariantId): { job: string; variant: VariantId; tasks: TaskId[] } | null {
  const { settings, heldOut } = run.archive;
  const ordered = new Set<string>();
  let orders = 0;
  for (const { event } of run.entries) {
    if (event.type === 'heldout.repeated') ordered.clear();
    if (event.type !== 'evaluation.ordered' || event.split !== 'heldout') continue;
    orders++;
    for (const task of event.tasks) ordered.add(`${event.variant} ${task}`);
  }
  for (const variant of [ROOT, opened]) {
    const codes = heldOut.get(variant);
    const tasks = settings.heldOut.filter(
      (task, i) => (codes?.[i] ?? UNTRIED) <= IN_FLIGHT && !ordered.has(`${variant} ${task}`),
    );
    if (tasks.length > 0) return { job: `${run.key.run}-h${orders}`, variant, tasks: tasks.slice(0, settings.batch) };
  }
  return null;
}
