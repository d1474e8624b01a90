import { messageOf } from '../../../model/error.ts';
import { timestamp } from '../../server-context.ts';
import type { Actions, JobScheduler } from '../actions.ts';
import type { JobRow, RunRow } from '../rows.ts';
import type { Conclusion, JobOutcome } from '../runner/job-request.ts';
import { condition, interpolate, truthy } from '../workflow/expression.ts';
import type { Job, Workflow } from '../workflow/model.ts';
import { parseWorkflow } from '../workflow/parse.ts';
import { announceJob, announceRun } from './announce.ts';
import { syncCheckRun } from './checks.ts';
import { execute } from './execute.ts';
import { eventContext } from './github-context.ts';
import { needsContext, needsStatus } from './needs.ts';

const LOST =
  'The self-hosted runner lost communication with the server. Verify the machine is running and has a healthy network connection.';
/** Runs that `queue: max` lets wait in a concurrency group. */
const MOST_WAITING = 100;
const ACTIVE = ['queued', 'in_progress'] as const;

interface Running {
  readonly run: number;
  readonly cancel: AbortController;
  readonly lost: AbortController;
  readonly done: Promise<void>;
}

/** Decides which jobs run when: needs, conditions, concurrency groups and the runner's slots. One change at a time. */
export class Scheduler implements JobScheduler {
  readonly #actions: Actions;
  readonly #running = new Map<number, Running>();
  readonly #ready = new Set<number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #clocks = new Set<NodeJS.Timeout>();
  #turn: Promise<unknown> = Promise.resolve();
  #intake: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(actions: Actions) {
    this.#actions = actions;
  }

  /** Takes up a new run. */
  start(run: RunRow): Promise<void> {
    return this.#change(async () => {
      await announceRun(this.#actions, run, 'requested');
      if (run.status === 'completed') return announceRun(this.#actions, run, 'completed');
      for (const job of this.#jobs(run.id)) announceJob(this.#actions, run, job, 'queued');
      await this.#admit(run);
    });
  }

  /** Does the work that finds out which runs something starts, in order of what happened. */
  enqueue(work: () => Promise<void>): void {
    this.#intake = this.#intake.then(() => (this.#closed ? undefined : work())).catch((error) => this.#failed(error));
  }

  /** Does something again and again until this ends. */
  repeat(ms: number, work: () => void): void {
    this.#clocks.add(setInterval(work, ms));
  }

  /** Takes up what an earlier process left: queued runs go on, jobs that were running lost their runner. */
  resume(): void {
    void this.#change(async () => {
      const { tables } = this.#actions;
      for (const job of tables.jobs.list({ status: 'in_progress' })) await this.#completeJob(job, this.#lostOutcome());
      for (const run of tables.runs.list({ status: ACTIVE })) await this.#advance(run.id);
    });
  }

  /** Cancels a run; jobs under way are interrupted first and get time to clean up. */
  cancel(run: number): Promise<void> {
    return this.#change(() => this.#cancel(run));
  }

  /** The fault: the machine under a run's jobs is gone. They stay `in_progress` until the server gives them up. */
  loseRunner(run: number): void {
    for (const running of this.#running.values()) if (running.run === run) running.lost.abort();
  }

  /** Resolves once nothing is queued or running that could still move. */
  async idle(): Promise<void> {
    for (;;) {
      const intake = this.#intake;
      await intake;
      const turn = this.#turn;
      await turn;
      await Promise.all([...this.#running.values()].map((running) => running.done));
      if (this.#intake === intake && this.#turn === turn && this.#running.size === 0 && this.#timers.size === 0) return;
      if (this.#timers.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ends every job at once, as a machine that is switched off. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of [...this.#timers, ...this.#clocks]) clearTimeout(timer);
    for (const running of this.#running.values()) running.lost.abort();
    await Promise.all([...this.#running.values()].map((running) => running.done));
    await this.#intake;
    await this.#turn;
  }

  #change(work: () => Promise<void>): Promise<void> {
    const next = this.#turn.then(async () => {
      if (!this.#closed) await work();
    });
    this.#turn = next.catch((error) => this.#failed(error));
    return next;
  }

  #failed(error: unknown): void {
    const text = error instanceof Error ? error.stack : messageOf(error);
    this.#actions.hub.log('error', 'actions failed', { error: text });
  }

  #jobs(run: number): JobRow[] {
    return this.#actions.tables.jobs.list({ run });
  }

  /**
   * Lets a run begin, or wait for the one that holds its concurrency group. An older one that waits gives way, unless the
   * group queues; where a hundred wait, the new one is cancelled.
   */
  async #admit(run: RunRow): Promise<void> {
    const { tables } = this.#actions;
    const { repo, concurrencyGroup } = run;
    if (concurrencyGroup !== null) {
      const others = (status: RunRow['status'] | readonly RunRow['status'][]) =>
        tables.runs.list({ repo, concurrencyGroup, status }).filter(({ id }) => id !== run.id);
      const { concurrency } = await this.#workflow(run);
      if (concurrency?.queue !== 'max') for (const waiting of others('pending')) await this.#cancel(waiting.id);
      else if (others('pending').length >= MOST_WAITING) return this.#cancel(run.id);
      if (truthy(interpolate(concurrency?.cancelInProgress ?? false, eventContext(this.#actions, run))))
        for (const active of others(ACTIVE)) await this.#cancel(active.id);
      if (others(ACTIVE).length > 0) {
        tables.runs.update(run.id, { status: 'pending' });
        return;
      }
    }
    await this.#advance(run.id);
  }

  async #cancel(id: number): Promise<void> {
    const { tables } = this.#actions;
    const run = tables.runs.get(id)!;
    if (run.status === 'completed') return;
    tables.runs.update(id, { cancelled: true, updatedAt: timestamp(this.#actions.hub) });
    for (const running of this.#running.values()) if (running.run === id) running.cancel.abort();
    for (const job of this.#jobs(id)) this.#ready.delete(job.id);
    await this.#advance(id);
  }

  /** Decides every queued job whose needs are done, and ends the run when nothing is left. */
  async #advance(id: number): Promise<void> {
    const { tables } = this.#actions;
    const run = tables.runs.get(id)!;
    if (run.status === 'completed') return;
    const workflow = await this.#workflow(run);
    for (const model of workflow.jobs) {
      const jobs = this.#jobs(id);
      const job = jobs.find(({ key }) => key === model.id)!;
      const needs = jobs.filter(({ key }) => model.needs.includes(key));
      if (job.status !== 'queued' || this.#ready.has(job.id) || needs.some(({ status }) => status !== 'completed'))
        continue;
      if (this.#holds(run, workflow, model, jobs)) this.#ready.add(job.id);
      else await this.#completeJob(job, ended(run.cancelled ? 'cancelled' : 'skipped'), false);
    }
    if (this.#jobs(id).every(({ status }) => status === 'completed')) await this.#finish(id);
    await this.#fill();
  }

  #holds(run: RunRow, workflow: Workflow, job: Job, jobs: readonly JobRow[]): boolean {
    const contexts = { ...eventContext(this.#actions, run), needs: needsContext(job, jobs) };
    try {
      return condition(job.if, contexts, needsStatus(workflow, job, jobs, run.cancelled));
    } catch (error) {
      this.#actions.hub.log('warn', 'condition of a job failed', {
        path: run.path,
        line: job.line,
        error: messageOf(error),
      });
      return false;
    }
  }

  /** Gives free slots to ready jobs, oldest first. */
  async #fill(): Promise<void> {
    for (const id of [...this.#ready].sort((a, b) => a - b)) {
      if (this.#running.size >= this.#actions.options.slots) return;
      this.#ready.delete(id);
      await this.#begin(this.#actions.tables.jobs.get(id)!);
    }
  }

  async #begin(queued: JobRow): Promise<void> {
    const { tables, hub } = this.#actions;
    const now = timestamp(hub);
    const job = tables.jobs.update(queued.id, { status: 'in_progress', startedAt: now });
    await syncCheckRun(this.#actions, job);
    let run = tables.runs.get(job.run)!;
    if (run.status !== 'in_progress') {
      run = tables.runs.update(run.id, { status: 'in_progress', startedAt: now, updatedAt: now });
      await announceRun(this.#actions, run, 'in_progress');
    }
    announceJob(this.#actions, run, job, 'in_progress');
    const cancel = new AbortController();
    const lost = new AbortController();
    const workflow = await this.#workflow(run);
    const done = execute(this.#actions, run, job, workflow, { cancel: cancel.signal, lost: lost.signal }).then(
      (outcome) => this.#ended(job.id, outcome),
      (error: unknown) => {
        hub.log('error', 'runner failed', { job: job.id, error: messageOf(error) });
        this.#ended(job.id, { ...this.#lostOutcome(), annotations: [annotation(messageOf(error))] });
      },
    );
    this.#running.set(job.id, { run: run.id, cancel, lost, done });
  }

  #ended(id: number, outcome: JobOutcome | null): void {
    this.#running.delete(id);
    const complete = (with_: JobOutcome) => {
      void this.#change(async () => {
        const { tables } = this.#actions;
        await this.#completeJob(tables.jobs.get(id)!, with_);
        await this.#advance(tables.jobs.get(id)!.run);
      });
    };
    if (outcome !== null) complete(outcome);
    if (outcome !== null || this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      complete(this.#lostOutcome());
    }, this.#actions.options.lostAfterMs);
    this.#timers.add(timer);
  }

  #lostOutcome(): JobOutcome {
    return { ...ended('failure'), annotations: [annotation(LOST)] };
  }

  async #completeJob(job: JobRow, outcome: JobOutcome, announce = true): Promise<void> {
    const { tables, hub } = this.#actions;
    const now = timestamp(hub);
    const done = tables.jobs.update(job.id, {
      ...outcome,
      status: 'completed',
      startedAt: job.startedAt ?? now,
      completedAt: now,
    });
    await syncCheckRun(this.#actions, done);
    const run = tables.runs.update(job.run, { updatedAt: now });
    if (announce || outcome.conclusion === 'skipped') announceJob(this.#actions, run, done, 'completed');
  }

  async #finish(id: number): Promise<void> {
    const { tables, hub } = this.#actions;
    const conclusions = new Set(this.#jobs(id).map(({ conclusion }) => conclusion));
    const cancelled = tables.runs.get(id)!.cancelled || conclusions.has('cancelled');
    const conclusion: Conclusion = conclusions.has('failure')
      ? 'failure'
      : cancelled
        ? 'cancelled'
        : conclusions.has('success')
          ? 'success'
          : 'skipped';
    const run = tables.runs.update(id, { status: 'completed', conclusion, updatedAt: timestamp(hub) });
    await announceRun(this.#actions, run, 'completed');
    if (run.concurrencyGroup === null) return;
    const { repo, concurrencyGroup } = run;
    const waiting = tables.runs.find({ repo, concurrencyGroup, status: 'pending' });
    if (!waiting) return;
    tables.runs.update(waiting.id, { status: 'queued' });
    await this.#advance(waiting.id);
  }

  async #workflow(run: RunRow): Promise<Workflow> {
    const parsed = await parseWorkflow(run.path, run.source);
    if (!parsed.ok) throw new Error(`run ${run.id} was queued though its workflow file cannot be read`);
    return parsed.workflow;
  }
}

function ended(conclusion: Conclusion): JobOutcome {
  return { conclusion, outputs: {}, annotations: [], summary: '' };
}

function annotation(message: string): JobOutcome['annotations'][number] {
  return { path: '.github', start_line: 1, end_line: 1, annotation_level: 'failure', message };
}
