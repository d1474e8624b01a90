import { nodeId, type Schema } from '../../present/schema.ts';
import { fullName } from '../../server-context.ts';
import type { Actions } from '../actions.ts';
import type { JobRow, RunRow } from '../rows.ts';
import { jobUrl } from '../run/checks.ts';

export function jobOf({ hub, tables }: Actions, run: RunRow, job: JobRow): Schema<'job'> {
  const name = fullName(hub, hub.store.repositories.get(run.repo)!);
  const api = `${hub.apiUrl}/repos/${name}`;
  const started = job.startedAt !== null && job.conclusion !== 'skipped';
  return {
    id: job.id,
    run_id: run.id,
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: run.attempt,
    node_id: nodeId('CR', job.id),
    head_sha: run.headSha,
    head_branch: run.headBranch,
    url: `${api}/actions/jobs/${job.id}`,
    html_url: jobUrl(hub.url, name, job),
    status: job.status,
    conclusion: job.conclusion,
    created_at: job.createdAt,
    started_at: job.startedAt ?? job.createdAt,
    completed_at: job.completedAt,
    name: job.name,
    steps: [...job.steps],
    check_run_url: `${api}/check-runs/${job.checkRun}`,
    labels: [...job.labels],
    runner_id: started ? 1 : null,
    runner_name: started ? 'local' : null,
    runner_group_id: started ? 1 : null,
    runner_group_name: started ? 'Default' : null,
    workflow_name: tables.workflows.get(run.workflow)!.name,
  };
}
