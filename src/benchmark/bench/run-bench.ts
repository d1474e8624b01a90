import { explainError } from '../../environment/system-trouble.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import { byImage } from '../by-image.ts';
import type { Grade, SuiteTask } from '../suite.ts';
import type { TaskRecord } from './record.ts';
import type { SessionStore } from './store.ts';

export type BenchEvent =
  | { readonly type: 'started'; readonly task: string }
  | { readonly type: 'finished'; readonly record: TaskRecord };

/** How one task is attempted and graded. */
export type BenchAttempt = (task: SuiteTask, signal: AbortSignal) => Promise<Attempted>;

export interface Attempted {
  readonly grade: Grade;
  /** Of every grading; where absent, the grade's alone. */
  readonly verdicts?: readonly Verdict[];
  readonly patch: string;
  readonly seconds: number;
  readonly costUSD: number;
}

/** The same attempts, with each task's image held for as long as one takes. */
export function holding(sandbox: Pick<Sandbox, 'hold'>, attempt: BenchAttempt): BenchAttempt {
  return async (task, signal) => {
    await using _ = sandbox.hold(task.image);
    return await attempt(task, signal);
  };
}

/**
 * Attempts every task that the session has no result for yet. Trouble with one task is its result, `infrastructure`, and the
 * others go on; such a task is tried again the next time. Tasks of one image are attempted one after the other. Ends early, without a result for what was under way, on abort.
 */
export async function runBench(
  tasks: readonly SuiteTask[],
  attempt: BenchAttempt,
  options: {
    readonly store: SessionStore;
    readonly concurrency: number;
    readonly signal: AbortSignal;
    readonly onEvent: (event: BenchEvent) => void;
  },
): Promise<readonly TaskRecord[]> {
  const { store, concurrency, signal, onEvent } = options;
  const isDone = ({ id }: SuiteTask) => (store.finished.get(id)?.verdict ?? 'infrastructure') !== 'infrastructure';
  const left = tasks.filter((task) => !isDone(task));
  const queue = [...byImage(left, ({ image }) => image)];
  const worker = async () => {
    for (let task = queue.shift(); task !== undefined && !signal.aborted; task = queue.shift()) {
      onEvent({ type: 'started', task: task.id });
      const record = await attemptOne(task, attempt, signal);
      if (signal.aborted) return;
      await store.add(record);
      onEvent({ type: 'finished', record });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return tasks.flatMap(({ id }) => store.finished.get(id) ?? []);
}

async function attemptOne(task: SuiteTask, attempt: BenchAttempt, signal: AbortSignal): Promise<TaskRecord> {
  const started = performance.now();
  const identity = { task: task.id, language: task.language };
  try {
    const { grade, verdicts = [], patch, seconds, costUSD } = await attempt(task, signal);
    const { seconds: gradingSeconds, ...rest } = grade;
    const several = verdicts.length > 1 ? { verdicts: [...verdicts] } : {};
    return { ...identity, ...rest, ...several, failed: [...rest.failed], gradingSeconds, seconds, costUSD, patch };
  } catch (error) {
    const seconds = (performance.now() - started) / 1000;
    const evidence = `No result: ${explainError(error)}`.slice(0, 1_000);
    const nothing = {
      passed: 0,
      expected: 0,
      failed: [],
      canary: 'not run',
      gradingSeconds: 0,
      costUSD: 0,
      patch: '',
    } as const;
    return { ...identity, ...nothing, failed: [], verdict: 'infrastructure', evidence, seconds };
  }
}
