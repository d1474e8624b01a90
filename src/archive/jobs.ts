import type { ArchiveEventOf } from '../model/event.ts';
import { type JobId, type TaskId, variantNumber } from '../model/ids.ts';
import type { Archive, Job } from './archive.ts';
import { put } from './clade.ts';
import { ignore } from './facts.ts';

type Jobs = Archive['jobs'];

/** Jobs in flight with one more. */
export function started(jobs: Jobs, id: JobId, job: Omit<Job, 'job' | 'charged'>): Jobs {
  const { kind, variant, split, tasks } = job;
  return new Map(jobs).set(id, { job: id, kind, variant, split, tasks, charged: 0 });
}

/** Counts what an attempt cost besides its results; once, however often the event comes. */
export function charged(archive: Archive, event: ArchiveEventOf<'job.charged'>): Archive {
  const { job: id, attempt, costUSD } = event;
  const job = archive.jobs.get(id);
  if (job === undefined || attempt <= job.charged)
    return ignore(archive, `attempt ${attempt} of job ${id} was charged before, or is none in flight`);
  const variants = archive.search.variants.slice();
  put(variants, variantNumber(job.variant), (at) => ({ ...at, costUSD: at.costUSD + costUSD }));
  return {
    ...archive,
    search: { ...archive.search, variants },
    jobs: new Map(archive.jobs).set(id, { ...job, charged: attempt }),
    spentUSD: archive.spentUSD + costUSD,
  };
}

/** Without one that ended; the same map when it was not there. */
export function without(jobs: Jobs, id: JobId): Jobs {
  if (!jobs.has(id)) return jobs;
  const next = new Map(jobs);
  next.delete(id);
  return next;
}

/** With one task of a job ended, and the job with its last. */
export function finish(jobs: Jobs, job: { job: JobId; tasks: readonly TaskId[] }, task: TaskId): Jobs {
  const tasks = job.tasks.filter((due) => due !== task);
  if (tasks.length === 0) return without(jobs, job.job);
  return new Map(jobs).set(job.job, { ...jobs.get(job.job)!, tasks });
}
