import type { Job, Permissions, Workflow } from './model.ts';

export type Level = 'read' | 'write';

/** Scopes a job's `GITHUB_TOKEN` can have, under the names App permissions use (`pull-requests` is `pull_requests`). */
export const SCOPES = [
  ...['actions', 'attestations', 'checks', 'contents', 'deployments', 'discussions', 'issues', 'packages', 'pages'],
  ...['pull_requests', 'security_events', 'statuses'],
];

/**
 * What a job's `GITHUB_TOKEN` may do: the job's `permissions`, else the workflow's, else the repository's default. Naming
 * any scope takes away every scope not named; `metadata: read` always stays.
 */
export function tokenPermissions(workflow: Workflow, job: Job, fallback: Permissions): Record<string, Level> {
  const permissions = job.permissions ?? workflow.permissions ?? fallback;
  const granted =
    typeof permissions === 'string'
      ? SCOPES.map((scope) => [scope, permissions === 'write-all' ? 'write' : 'read'] as const)
      : Object.entries(permissions).map(([scope, level]) => [scope.replaceAll('-', '_'), level] as const);
  const levels = granted.filter((entry): entry is [string, Level] => entry[1] !== 'none');
  return { ...Object.fromEntries(levels), metadata: 'read' };
}
