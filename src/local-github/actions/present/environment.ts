import { nodeId, type Schema } from '../../present/schema.ts';
import { fullName, type ServerContext } from '../../server-context.ts';
import type { Repository } from '../../store/rows.ts';
import type { EnvironmentRow } from '../rows.ts';

export function environmentOf(
  hub: ServerContext,
  repo: Repository,
  environment: EnvironmentRow,
): Schema<'environment'> {
  const { id, name, protectedBranches, branches, createdAt, updatedAt } = environment;
  const path = `${fullName(hub, repo)}/environments/${encodeURIComponent(name)}`;
  const restricted = protectedBranches || branches !== null;
  return {
    id,
    node_id: nodeId('EN', id),
    name,
    url: `${hub.apiUrl}/repos/${path}`,
    html_url: `${hub.url}/${path}`,
    created_at: createdAt,
    updated_at: updatedAt,
    protection_rules: restricted ? [{ id, node_id: nodeId('GA', id), type: 'branch_policy' }] : [],
    deployment_branch_policy: restricted
      ? { protected_branches: protectedBranches, custom_branch_policies: branches !== null }
      : null,
  };
}

export function branchPolicyOf({ id, name }: { id: number; name: string }): Schema<'deployment-branch-policy'> {
  return { id, node_id: nodeId('DBP', id), name, type: 'branch' };
}
