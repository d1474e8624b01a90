import { sentence } from '../../model/error.ts';
import { count } from '../../report/text/figures.ts';
import { setAttention } from '../state/attention.ts';
import type { OpenRun } from '../state/open-run.ts';

/**
 * Says that jobs gave no result at all, however often they were tried, until one does again or
 * somebody resumes the run; pauses it after several in a row: something is wrong that waiting does not fix.
 */
export async function pauseWhenLost(run: OpenRun): Promise<void> {
  const { jobs, reason, log } = run.archive.lost;
  const said = `${count(jobs.size, 'job')} in a row gave no result (${reason})`;
  if (run.archive.status === 'running' && jobs.size >= run.options.pauseAfterLost)
    await run.record({ type: 'run.paused', by: `huxley: ${said}` });
  const after = run.archive.status === 'paused' ? '; the run continues after /huxley resume' : '';
  const where = log === null ? '' : `. The log says why: ${log}`;
  // What was cancelled when it was stopped is nothing to look after.
  const stopped = run.archive.outcome?.outcome === 'stopped';
  await setAttention(run, 'lost', jobs.size === 0 || stopped ? null : `${said}${where}${after}.`);
  await setAttention(run, 'retried', retrying(run));
}

/** What is being tried again, with the reason of the newest; null for nothing. */
function retrying({ archive: { jobs, lastRetry } }: OpenRun): string | null {
  const again = [...jobs.values()].filter(({ retry }) => retry !== null);
  if (again.length === 0 || lastRetry === null) return null;
  const { job, attempt, reason } = lastRetry;
  const log = lastRetry.log === null ? '' : ` The log: ${lastRetry.log}`;
  return `${count(again.length, 'job')} gave no result and will be tried again, the newest ${job} (attempt ${attempt}): ${sentence(reason)}${log}`;
}
