import type { OpenRun } from './open-run.ts';

/** Pauses the run after several jobs in a row that gave no result at all: something is wrong that waiting does not mend. */
export async function pauseWhenLost(run: OpenRun): Promise<void> {
  if (run.archive.status !== 'running') return;
  const lost = new Set<string>();
  let reason = '';
  for (const { event } of [...run.entries].reverse()) {
    if (event.type === 'run.resumed') break;
    if (event.type === 'evaluation.done' || event.type === 'expansion.made' || event.type === 'expansion.failed') break;
    if (event.type !== 'evaluation.noResult' && event.type !== 'expansion.lost') continue;
    lost.add(event.job);
    reason ||= event.reason;
  }
  if (lost.size >= run.options.pauseAfterLost)
    await run.record({ type: 'run.paused', by: `huxley: ${lost.size} jobs in a row gave no result (${reason})` });
}
