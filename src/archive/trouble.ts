import type { ArchiveEvent } from '../model/event.ts';
import type { Archive } from './archive.ts';

type Lost = Archive['lost'];

export const NONE_LOST: Lost = { jobs: new Set(), reason: '', log: null };

/** Which jobs gave no result at all, after one more event. */
export function lostAfter(lost: Lost, event: ArchiveEvent): Lost {
  switch (event.type) {
    case 'run.resumed':
    case 'expansion.made':
    case 'expansion.failed':
      return NONE_LOST;
    case 'evaluation.done':
      return event.voided ? { ...lost, jobs: new Set(lost.jobs).add(event.job) } : NONE_LOST;
    case 'job.retried':
      return { ...lost, reason: event.reason, log: event.log ?? lost.log };
    case 'evaluation.noResult':
    case 'expansion.lost':
      return { ...lost, jobs: new Set(lost.jobs).add(event.job), reason: event.reason };
    default:
      return lost;
  }
}
