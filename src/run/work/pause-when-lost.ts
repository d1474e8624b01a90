import { sentence } from '../../model/error.ts';
import { count } from '../../report/text/figures.ts';
import { SEALED_REASON } from '../../report/view.ts';
import { setAttention } from '../state/attention.ts';
import type { OpenRun } from '../state/open-run.ts';

/**
 * Says that jobs gave no result at all, however often they were tried, until one does again or
 * somebody resumes the run; pauses it after several in a row: something is wrong that waiting does not fix.
 */
export async function pauseWhenLost(run: OpenRun): Promise<void> {
  const { jobs, log } = run.archive.lost;
  const reason = isSealed(run) ? SEALED_REASON : run.archive.lost.reason;
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
function retrying(run: OpenRun): string | null {
  const { jobs, lastRetry } = run.archive;
  const again = [...jobs.values()].filter(({ retry }) => retry !== null);
  if (again.length === 0 || lastRetry === null) return null;
  const { job, attempt } = lastRetry;
  const reason = isSealed(run) ? SEALED_REASON : lastRetry.reason;
  const log = lastRetry.log === null ? '' : ` The log: ${lastRetry.log}`;
  return `${count(again.length, 'job')} gave no result and will be tried again, the newest ${job} (attempt ${attempt}): ${sentence(reason)}${log}`;
}

/** Whether held-out tasks are measured that nobody opens, as in a calibration. */
function isSealed({ archive: { opened, heldOutOrders } }: OpenRun): boolean {
  return opened === null && heldOutOrders.jobs > 0;
}
