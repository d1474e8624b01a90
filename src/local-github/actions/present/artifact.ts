import { nodeId, type Schema } from '../../present/schema.ts';
import { fullName } from '../../server-context.ts';
import type { Actions } from '../actions.ts';
import type { ArtifactRow } from '../rows.ts';

export function artifactOf({ hub, tables }: Actions, artifact: ArtifactRow): Schema<'artifact'> {
  const name = fullName(hub, hub.store.repositories.get(artifact.repo)!);
  const url = `${hub.apiUrl}/repos/${name}/actions/artifacts/${artifact.id}`;
  const run = tables.runs.get(artifact.run)!;
  return {
    id: artifact.id,
    node_id: nodeId('A', artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    url,
    archive_download_url: `${url}/zip`,
    expired: isExpired(hub.now(), artifact),
    digest: artifact.digest,
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: artifact.expiresAt,
    workflow_run: {
      id: run.id,
      repository_id: run.repo,
      head_repository_id: run.repo,
      head_branch: run.headBranch,
      head_sha: run.headSha,
    },
  };
}

export function isExpired(now: Date, artifact: ArtifactRow): boolean {
  return artifact.expiresAt <= now.toISOString();
}
