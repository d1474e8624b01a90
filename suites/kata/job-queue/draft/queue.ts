import type { Clock } from './clock.ts';

interface Job {
  id: string;
  state: 'waiting' | 'leased' | 'done' | 'dead';
  due: number;
  attempts: number;
  worker: string;
  until: number;
}

export class Queue {
  jobs = new Map<string, Job>();
  clock: Clock;
  leaseMs: number;
  tries: number;

  constructor(clock: Clock, leaseMs: number, tries: number) {
    this.clock = clock;
    this.leaseMs = leaseMs;
    this.tries = tries;
  }

  add(id: string, afterMs = 0): boolean {
    if (this.jobs.has(id)) return false;
    this.jobs.set(id, { id, state: 'waiting', due: this.clock.now() + afterMs, attempts: 0, worker: '', until: 0 });
    return true;
  }

  take(worker: string): string | null {
    this.expire();
    let next: Job | undefined;
    for (const job of this.jobs.values())
      if (job.state === 'waiting' && job.due <= this.clock.now() && !next) next = job;
    if (!next) return null;
    Object.assign(next, { state: 'leased', worker, until: this.clock.now() + this.leaseMs, attempts: next.attempts + 1 });
    return next.id;
  }

  done(worker: string, id: string): boolean {
    const job = this.held(worker, id);
    if (job) job.state = 'done';
    return job !== undefined;
  }

  fail(worker: string, id: string): boolean {
    const job = this.held(worker, id);
    if (job) this.back(job, this.clock.now() + 1000);
    return job !== undefined;
  }

  stats(): { waiting: number; leased: number; done: number; dead: number } {
    this.expire();
    const stats = { waiting: 0, leased: 0, done: 0, dead: 0 };
    for (const { state } of this.jobs.values()) stats[state] += 1;
    return stats;
  }

  private held(worker: string, id: string): Job | undefined {
    this.expire();
    const job = this.jobs.get(id);
    return job?.state === 'leased' && job.worker === worker ? job : undefined;
  }

  private back(job: Job, due: number): void {
    job.due = due;
    job.state = job.attempts >= this.tries ? 'dead' : 'waiting';
  }

  private expire(): void {
    for (const job of this.jobs.values())
      if (job.state === 'leased' && job.until <= this.clock.now()) this.back(job, job.until);
  }
}
