import { conflict, Failure, notFound } from '../../http/failure.ts';
import { type Context, type Operation, operation } from '../../http/operation.ts';
import { json, noContent } from '../../http/reply.ts';
import type { Actions } from '../actions.ts';
import { jobOf } from '../present/job.ts';
import { runOf } from '../present/run.ts';
import type { RunRow } from '../rows.ts';
import { listRuns } from './list-runs.ts';
import { listing } from './listing.ts';

const BASE = '/repos/{owner}/{repo}/actions/runs' as const;

/** The run a request names. Throws GitHub's 404. */
export function runNamed({ tables }: Actions, context: Context<never> | Context): RunRow {
  const run = tables.runs.get(context.number('run_id'));
  if (run?.repo !== context.repo.id) throw notFound();
  return run;
}

export function runOperations(actions: Actions): Operation[] {
  const cancel = async (context: Context) => {
    const run = runNamed(actions, context);
    if (run.status === 'completed') throw conflict('Cannot cancel a workflow run that is completed.');
    void actions.scheduler.cancel(run.id);
    return json({}, 202);
  };
  return [
    operation(`GET ${BASE}`, { access: 'actions:read' }, (context) => listRuns(actions, context)),
    operation(`GET ${BASE}/{run_id}`, { access: 'actions:read' }, async (context) =>
      json(await runOf(actions, runNamed(actions, context))),
    ),
    operation(`DELETE ${BASE}/{run_id}`, { access: 'actions:write' }, (context) => {
      const run = runNamed(actions, context);
      if (run.status !== 'completed') throw new Failure(403, 'Could not delete the workflow run');
      deleteRun(actions, run.id);
      return noContent;
    }),
    operation(`GET ${BASE}/{run_id}/jobs`, { access: 'actions:read' }, (context) => {
      const run = runNamed(actions, context);
      return listing(context, 'jobs', actions.tables.jobs.list({ run: run.id }), (job) => jobOf(actions, run, job));
    }),
    operation(`POST ${BASE}/{run_id}/cancel`, { access: 'actions:write' }, cancel),
    operation(`POST ${BASE}/{run_id}/force-cancel`, { access: 'actions:write' }, cancel),
  ];
}

/** Removes a run with its jobs, their logs and its artifacts. */
function deleteRun({ tables, logs, blobs }: Actions, run: number): void {
  for (const { id } of tables.artifacts.list({ run })) {
    tables.artifacts.delete(id);
    blobs.delete(id);
  }
  for (const { id } of tables.jobs.list({ run })) {
    tables.jobs.delete(id);
    logs.delete(id);
  }
  tables.runs.delete(run);
}
