import type { ArchiveEventOf, Prefer } from '../model/event.ts';

/** How long jobs take, in minutes. */
export interface Durations {
  /** Until a job begins with its work: a runner, the checkout, the image. */
  readonly start: number;
  /** Medians of an expansion, and of an agent's work on one task with its grading. A job runs its tasks one after another. */
  readonly expansion: number;
  readonly task: number;
  /** Standard deviation of the logarithm of both. */
  readonly spread: number;
}

/** Assumed, not measured: an agent takes minutes for a task, and somewhat longer to change itself. */
export const DURATIONS: Durations = { start: 1, expansion: 10, task: 5, spread: 0.5 };

/** Jobs that `huxley` keeps in flight at most, and as a share of those it may, in simulated runs: it waits for the others' results. */
const BUSY: Readonly<Record<Prefer, { readonly most: number; readonly share: number }>> = {
  cost: { most: 1.3, share: 1 },
  balance: { most: 4, share: 0.75 },
  time: { most: Number.POSITIVE_INFINITY, share: 0.95 },
};

/** Jobs an hour that GitHub's limit on writes lets one account get through, by `npm run bench:scale`. */
export const JOBS_AN_HOUR = 240;

/** Expansions for each unit of the budget, in simulated runs of `huxley`. */
const EXPANSIONS = 0.2;

/** Means of the two log-normal times. */
function means({ expansion, task, spread }: Durations) {
  const above = Math.exp(spread ** 2 / 2);
  return { expansion: expansion * above, task: task * above };
}

/** Minutes to measure so many tasks in full jobs, as for the root and for the held-out comparison. */
export function measuringMinutes(
  durations: Durations,
  tasks: number,
  { concurrency, batch }: { readonly concurrency: number; readonly batch: number },
): number {
  const rounds = Math.ceil(Math.ceil(tasks / batch) / concurrency);
  return rounds * (durations.start + Math.min(tasks, batch) * means(durations).task);
}

type Started = Pick<
  ArchiveEventOf<'run.started'>,
  'budget' | 'expansionCost' | 'tasks' | 'heldOut' | 'concurrency' | 'batch' | 'policy' | 'prefer' | 'repeats'
>;

/**
 * Hours a run may take: the root, the search, the held-out comparison. A formula fitted to simulated runs, mostly within a third of
 * theirs; how long real jobs take is the larger unknown. `jobsAnHour` is what else limits them.
 */
export function expectedHours(
  started: Started,
  durations: Durations = DURATIONS,
  jobsAnHour: number = Number.POSITIVE_INFINITY,
): number {
  const { budget, expansionCost, tasks, heldOut, concurrency, policy, prefer = 'time', repeats = 1 } = started;
  const { start } = durations;
  const { expansion, task } = means(durations);
  const expansions = EXPANSIONS * budget;
  const evaluations = Math.max(0, budget - expansionCost * expansions);
  const work = expansions * (start + expansion) + evaluations * (start + task);
  const { most, share } = BUSY[policy.name === 'huxley' ? prefer : 'time'];
  const search = Math.max(
    work / Math.max(1, Math.min(most, share * concurrency)),
    (60 * (expansions + evaluations)) / jobsAnHour,
  );
  return (
    (measuringMinutes(durations, repeats * tasks.length, started) +
      search +
      measuringMinutes(durations, 2 * repeats * heldOut.length, started)) /
    60
  );
}
