import type { ArchiveEventOf } from '../model/event.ts';
import { type JobId, type TaskId, variantNumber } from '../model/ids.ts';
import type { Archive, Job } from './archive.ts';
import { put } from './clade.ts';
import { ignore } from './facts.ts';
import { editable } from './owned.ts';

type Jobs = Archive['jobs'];

/** Jobs in flight with one more. */
export function started(jobs: Jobs, id: JobId, job: Omit<Job, 'job' | 'charged' | 'retry'>): Jobs {
  const { kind, variant, split, round, tasks, since } = job;
  return new Map(jobs).set(id, { job: id, kind, variant, split, round, tasks, charged: 0, retry: null, since });
}

/** Takes in what was found before anything was ordered, and what the looking cost, on the root's account. */
export function looked(archive: Archive, { findings, costUSD }: ArchiveEventOf<'preflight.done'>): Archive {
  if (archive.preflight !== null) return ignore(archive, 'preflight.done came again');
  const variants = editable(archive.search.variants);
  put(variants, 0, (root) => ({ ...root, costUSD: root.costUSD + costUSD }));
  return {
    ...archive,
    preflight: { passed: !findings.some(({ fatal }) => fatal), findings },
    search: { ...archive.search, variants },
    spentUSD: archive.spentUSD + costUSD,
  };
}

/** Counts what an attempt cost besides its results; once, however often the event comes. */
export function charged(archive: Archive, event: ArchiveEventOf<'job.charged'>): Archive {
  const { job: id, attempt, costUSD } = event;
  const job = archive.jobs.get(id);
  if (job === undefined || attempt <= job.charged)
    return ignore(archive, `attempt ${attempt} of job ${id} was charged before, or is none in flight`);
  const variants = editable(archive.search.variants);
  put(variants, variantNumber(job.variant), (at) => ({ ...at, costUSD: at.costUSD + costUSD }));
  return {
    ...archive,
    search: { ...archive.search, variants },
    jobs: new Map(archive.jobs).set(id, { ...job, charged: attempt }),
    spentUSD: archive.spentUSD + costUSD,
  };
}

/** Counts an attempt that gave no result and is made again. What never began is nobody's doing, and counts for nothing. */
export function retried(archive: Archive, event: ArchiveEventOf<'job.retried'>): Archive {
  const job = archive.jobs.get(event.job);
  if (job === undefined || event.attempt <= (job.retry?.attempt ?? 0))
    return ignore(archive, `attempt ${event.attempt} of job ${event.job} was made again before, or is none in flight`);
  const { attempt, reason, log = null } = event;
  const retry = { job: event.job, attempt, reason, log };
  const next = { ...archive, jobs: new Map(archive.jobs).set(event.job, { ...job, retry }), lastRetry: retry };
  if (!event.began || job.kind === 'expand') return next;
  if (job.split === 'heldout') {
    const before = archive.secondTries.get(job.variant) ?? 0;
    return { ...next, secondTries: new Map(archive.secondTries).set(job.variant, before + event.tasks.length) };
  }
  const variants = editable(archive.search.variants);
  const voids = event.whole ? 1 : event.tasks.length;
  put(variants, variantNumber(job.variant), (at) => ({ ...at, voids: at.voids + voids }));
  return { ...next, search: { ...archive.search, variants } };
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
