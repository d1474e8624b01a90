import type { Contexts } from '../workflow/expression.ts';
import type { Folders } from './folders.ts';

/** Keys of the `github` context that become `GITHUB_*` variables. */
const GITHUB_KEYS = [
  ...['action', 'action_path', 'action_ref', 'action_repository', 'actor', 'actor_id', 'api_url', 'base_ref'],
  ...['event_name', 'event_path', 'graphql_url', 'head_ref', 'job', 'ref', 'ref_name', 'ref_protected', 'ref_type'],
  ...['repository', 'repository_id', 'repository_owner', 'repository_owner_id', 'retention_days', 'run_attempt'],
  ...['run_id', 'run_number', 'server_url', 'sha', 'triggering_actor', 'workflow', 'workflow_ref', 'workflow_sha'],
  'workspace',
];

/** The variables GitHub documents for every step: `CI`, `GITHUB_*` and `RUNNER_*`. */
export function defaultVariables(
  github: Readonly<Record<string, unknown>>,
  runner: Contexts,
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = { CI: 'true', GITHUB_ACTIONS: 'true' };
  for (const key of GITHUB_KEYS)
    if (github[key] !== undefined && github[key] !== null)
      variables[`GITHUB_${key.toUpperCase()}`] = String(github[key]);
  for (const [key, value] of Object.entries(runner)) variables[`RUNNER_${key.toUpperCase()}`] = String(value);
  return variables;
}

/** The `runner` context of this machine. */
export function runnerContext(folders: Folders): Record<string, string> {
  return {
    name: 'local',
    os: { darwin: 'macOS', win32: 'Windows' }[process.platform as string] ?? 'Linux',
    arch: process.arch === 'arm64' ? 'ARM64' : 'X64',
    temp: folders.temp,
    tool_cache: folders.tools,
    environment: 'self-hosted',
  };
}
