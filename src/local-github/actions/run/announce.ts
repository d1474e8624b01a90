import type { Actions } from '../actions.ts';
import { jobOf } from '../present/job.ts';
import { runOf } from '../present/run.ts';
import { workflowOf } from '../present/workflow.ts';
import type { JobRow, RunRow } from '../rows.ts';

/** Tells the world about a run: `requested`, `in_progress`, `completed`. */
export async function announceRun(actions: Actions, run: RunRow, action: string): Promise<void> {
  const { hub, tables, app } = actions;
  const repo = hub.store.repositories.get(run.repo)!;
  hub.events.emit({
    event: 'workflow_run',
    action,
    repo,
    sender: hub.store.users.get(run.actor)!,
    by: run.actor === app.bot ? app : null,
    payload: {
      workflow_run: await runOf(actions, run),
      workflow: workflowOf(hub, repo, tables.workflows.get(run.workflow)!),
    },
  });
}

/** Tells the world about a job: `queued`, `in_progress`, `completed`. */
export function announceJob(actions: Actions, run: RunRow, job: JobRow, action: string): void {
  const { hub } = actions;
  hub.events.emit({
    event: 'workflow_job',
    action,
    repo: hub.store.repositories.get(run.repo)!,
    sender: hub.store.users.get(run.actor)!,
    by: null,
    payload: { workflow_job: jobOf(actions, run, job) },
  });
}
