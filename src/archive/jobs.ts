import type { JobId, TaskId } from '../model/ids.ts';
import type { Archive, Job } from './archive.ts';

type Jobs = Archive['jobs'];

/** Jobs in flight with one more. */
export function started(jobs: Jobs, id: JobId, job: Omit<Job, 'job'>): Jobs {
  const { kind, variant, split, tasks } = job;
  return new Map(jobs).set(id, { job: id, kind, variant, split, tasks });
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
