import { sentence } from '../../model/error.ts';
import type { JournalEntry } from '../../model/event.ts';
import { count } from '../../report/text/figures.ts';
import { setAttention } from '../state/attention.ts';
import type { OpenRun } from '../state/open-run.ts';

/**
 * Says that jobs gave no result at all, however often they were tried, until one does again or
 * somebody resumes the run; pauses it after several in a row: something is wrong that waiting does not mend.
 */
export async function pauseWhenLost(run: OpenRun): Promise<void> {
  const { jobs, reason, log } = lostInARow(run.entries);
  const said = `${count(jobs, 'job')} in a row gave no result (${reason})`;
  if (run.archive.status === 'running' && jobs >= run.options.pauseAfterLost)
    await run.record({ type: 'run.paused', by: `huxley: ${said}` });
  const after = run.archive.status === 'paused' ? '; the run goes on after /huxley resume' : '';
  const where = log === undefined ? '' : `. The log says why: ${log}`;
  await setAttention(run, 'lost', jobs === 0 ? null : `${said}${where}${after}.`);
  await setAttention(run, 'retried', retrying(run));
}

interface Lost {
  readonly jobs: number;
  readonly reason: string;
  readonly log: string | undefined;
}

/** Jobs without a result since the last one that gave some, and what is known of the newest. */
function lostInARow(entries: readonly JournalEntry[]): Lost {
  const lost = new Set<string>();
  let reason = '';
  let log: string | undefined;
  for (const { event } of entries.toReversed()) {
    if (event.type === 'run.resumed') break;
    if (event.type === 'expansion.made' || event.type === 'expansion.failed') break;
    if (event.type === 'evaluation.done' && !event.voided) break;
    if (event.type === 'job.retried') {
      reason ||= event.reason;
      log ??= event.log;
    }
    if (event.type === 'evaluation.noResult' || event.type === 'expansion.lost') {
      reason ||= event.reason;
      lost.add(event.job);
    }
    if (event.type === 'evaluation.done') lost.add(event.job);
  }
  return { jobs: lost.size, reason, log };
}

/** What is being tried again, with the reason of the newest; null for nothing. */
function retrying({ archive, entries }: OpenRun): string | null {
  const again = [...archive.jobs.values()].filter(({ retried }) => retried > 0);
  if (again.length === 0) return null;
  const { event } = entries.findLast(({ event }) => event.type === 'job.retried')!;
  if (event.type !== 'job.retried') return null;
  const log = event.log === undefined ? '' : ` The log: ${event.log}`;
  return `${count(again.length, 'job')} gave no result and will be tried again, the newest ${event.job} (attempt ${event.attempt}): ${sentence(event.reason)}${log}`;
}
