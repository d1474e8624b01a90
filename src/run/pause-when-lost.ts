import { count } from '../report/figures.ts';
import { setAttention } from './attention.ts';
import type { OpenRun } from './open-run.ts';

/**
 * Says that jobs gave no result at all, however often they were tried, and pauses the run after several in a row: something
 * is wrong that waiting does not mend.
 */
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
  const said = `${count(lost.size, 'job')} in a row gave no result (${reason})`;
  await setAttention(
    run,
    'lost',
    lost.size === 0 ? null : `${said}. Mend what it names; a paused run goes on after /huxley resume.`,
  );
  if (lost.size >= run.options.pauseAfterLost) await run.record({ type: 'run.paused', by: `huxley: ${said}` });
}
