import { notFound } from '../../http/failure.ts';
import { type Context, type Operation, operation } from '../../http/operation.ts';
import { json } from '../../http/reply.ts';
import type { Actions } from '../actions.ts';
import { logUrl } from '../artifacts/files.ts';
import { jobOf } from '../present/job.ts';
import type { JobRow } from '../rows.ts';

const BASE = '/repos/{owner}/{repo}/actions/jobs' as const;

export function jobOperations(actions: Actions): Operation[] {
  const jobNamed = (context: Context): JobRow => {
    const job = actions.tables.jobs.get(context.number('job_id'));
    if (job?.repo !== context.repo.id) throw notFound();
    return job;
  };
  return [
    operation(`GET ${BASE}/{job_id}`, { access: 'actions:read' }, (context) => {
      const job = jobNamed(context);
      return json(jobOf(actions, actions.tables.runs.get(job.run)!, job));
    }),
    operation(`GET ${BASE}/{job_id}/logs`, { access: 'actions:read' }, (context) => {
      const job = jobNamed(context);
      if (actions.logs.read(job.id) === undefined) throw notFound();
      return { status: 302, headers: { location: logUrl(actions, job.id) } };
    }),
  ];
}
