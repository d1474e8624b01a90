import type { JobRow } from '../rows.ts';
import type { Functions } from '../workflow/expression.ts';
import type { Job, Workflow } from '../workflow/model.ts';

/** The `needs` context of a job: result and outputs of the jobs it waits for. */
export function needsContext(job: Job, jobs: readonly JobRow[]): Record<string, unknown> {
  return Object.fromEntries(
    jobs
      .filter(({ key }) => job.needs.includes(key))
      .map(({ key, conclusion, outputs }) => [key, { result: conclusion, outputs }]),
  );
}

/** The status functions in a job's `if`: about every job it depends on, directly or not. */
export function needsStatus(workflow: Workflow, job: Job, jobs: readonly JobRow[], cancelled: boolean): Functions {
  const ancestors = new Set<string>();
  const visit = (keys: readonly string[]) => {
    for (const key of keys) {
      if (ancestors.has(key)) continue;
      ancestors.add(key);
      visit(workflow.jobs.find(({ id }) => id === key)?.needs ?? []);
    }
  };
  visit(job.needs);
  const conclusions = jobs.filter(({ key }) => ancestors.has(key)).map(({ conclusion }) => conclusion);
  return {
    success: () => !cancelled && conclusions.every((conclusion) => conclusion === 'success'),
    failure: () => !cancelled && conclusions.includes('failure'),
    cancelled: () => cancelled,
    always: () => true,
  };
}
