import type { JournalEntry } from '../model/event.ts';
import { count } from '../report/figures.ts';
import { setAttention } from './attention.ts';
import type { OpenRun } from './open-run.ts';

/**
 * Says that jobs gave no result at all, however often they were tried, until one does again or
 * somebody resumes the run; pauses it after several in a row: something is wrong that waiting does not mend.
 */
export async function pauseWhenLost(run: OpenRun): Promise<void> {
  const { jobs, reason } = lostInARow(run.entries);
  const said = `${count(jobs, 'job')} in a row gave no result (${reason})`;
  if (run.archive.status === 'running' && jobs >= run.options.pauseAfterLost)
    await run.record({ type: 'run.paused', by: `huxley: ${said}` });
  const after = run.archive.status === 'paused' ? '; the run goes on after /huxley resume' : '';
  await setAttention(run, 'lost', jobs === 0 ? null : `${said}. Mend what it names${after}.`);
}

/** Jobs without a result since the last one that gave some, and what is known of the newest. */
function lostInARow(entries: readonly JournalEntry[]): { readonly jobs: number; readonly reason: string } {
  const lost = new Set<string>();
  let reason = '';
  for (const { event } of entries.toReversed()) {
    if (event.type === 'run.resumed') break;
    if (event.type === 'evaluation.done' || event.type === 'expansion.made' || event.type === 'expansion.failed') break;
    if (event.type !== 'evaluation.noResult' && event.type !== 'expansion.lost') continue;
    lost.add(event.job);
    reason ||= event.reason;
  }
  return { jobs: lost.size, reason };
}
