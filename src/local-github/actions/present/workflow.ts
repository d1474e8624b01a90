import { nodeId, type Schema } from '../../present/schema.ts';
import { fullName, type ServerContext } from '../../server-context.ts';
import type { Repository } from '../../store/rows.ts';
import type { WorkflowRow } from '../rows.ts';

export function workflowOf(hub: ServerContext, repo: Repository, workflow: WorkflowRow): Schema<'workflow'> {
  const name = fullName(hub, repo);
  return {
    id: workflow.id,
    node_id: nodeId('W', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: workflow.state,
    created_at: workflow.createdAt,
    updated_at: workflow.updatedAt,
    url: `${hub.apiUrl}/repos/${name}/actions/workflows/${workflow.id}`,
    html_url: `${hub.url}/${name}/blob/${repo.defaultBranch}/${workflow.path}`,
    badge_url: `${hub.url}/${name}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  };
}
