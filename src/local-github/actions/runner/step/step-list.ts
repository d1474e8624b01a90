import type { Step } from '../../workflow/model.ts';
import type { Conclusion, StepState } from '../job-request.ts';

/** The states of a job's steps, as they change. */
export class StepList {
  readonly #steps: StepState[];
  readonly #changed: (steps: readonly StepState[]) => void;

  constructor(steps: readonly Step[], changed: (steps: readonly StepState[]) => void) {
    this.#changed = changed;
    this.#steps = steps.map((step, index) => ({
      name: step.name ?? `Run ${step.uses ?? step.run!.split('\n')[0]}`,
      number: index + 1,
      status: 'queued',
      conclusion: null,
      started_at: null,
      completed_at: null,
    }));
  }

  start(index: number): void {
    this.#set(index, { status: 'in_progress', started_at: new Date().toISOString() });
  }

  end(index: number, conclusion: Conclusion): void {
    const now = new Date().toISOString();
    this.#set(index, {
      status: 'completed',
      conclusion,
      started_at: this.#steps[index]!.started_at ?? now,
      completed_at: now,
    });
  }

  /** Adds a step and starts it. */
  add(name: string): number {
    const number = this.#steps.length + 1;
    this.#steps.push({ name, number, status: 'queued', conclusion: null, started_at: null, completed_at: null });
    this.start(number - 1);
    return number - 1;
  }

  /** Skips what never started. */
  close(): void {
    for (const [index, step] of this.#steps.entries()) if (step.status !== 'completed') this.end(index, 'skipped');
  }

  #set(index: number, change: Partial<StepState>): void {
    this.#steps[index] = { ...this.#steps[index]!, ...change };
    this.#changed([...this.#steps]);
  }
}
