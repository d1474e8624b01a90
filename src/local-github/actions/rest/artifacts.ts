import { Failure, notFound } from '../../http/failure.ts';
import { type Context, type Operation, operation } from '../../http/operation.ts';
import { json, noContent } from '../../http/reply.ts';
import type { Where } from '../../store/table.ts';
import type { Actions } from '../actions.ts';
import { blobUrl } from '../artifacts/files.ts';
import { artifactOf, isExpired } from '../present/artifact.ts';
import type { ArtifactRow } from '../rows.ts';
import { listing } from './listing.ts';
import { runNamed } from './runs.ts';

const BASE = '/repos/{owner}/{repo}/actions/artifacts' as const;

export function artifactOperations(actions: Actions): Operation[] {
  const { tables, blobs } = actions;
  const artifactNamed = (context: Context): ArtifactRow => {
    const artifact = tables.artifacts.get(context.number('artifact_id'));
    if (artifact?.repo !== context.repo.id || !artifact.finalized) throw notFound();
    return artifact;
  };
  const list = (context: Context, where: Where<ArtifactRow>) => {
    const name = context.query.get('name');
    const key = { ...where, repo: context.repo.id, finalized: true, ...(name === null ? {} : { name }) };
    return listing(context, 'artifacts', tables.artifacts.list(key, { descending: true }), (artifact) =>
      artifactOf(actions, artifact),
    );
  };
  return [
    operation(`GET ${BASE}`, { access: 'actions:read' }, (context) => list(context, {})),
    operation('GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts', { access: 'actions:read' }, (context) =>
      list(context, { run: runNamed(actions, context).id }),
    ),
    operation(`GET ${BASE}/{artifact_id}`, { access: 'actions:read' }, (context) =>
      json(artifactOf(actions, artifactNamed(context))),
    ),
    operation(`DELETE ${BASE}/{artifact_id}`, { access: 'actions:write' }, (context) => {
      const { id } = artifactNamed(context);
      tables.artifacts.delete(id);
      blobs.delete(id);
      return noContent;
    }),
    operation(`GET ${BASE}/{artifact_id}/{archive_format}`, { access: 'actions:read' }, (context) => {
      const artifact = artifactNamed(context);
      if (context.actor.type === 'anonymous') throw new Failure(401, 'Requires authentication');
      if (context.params.archive_format !== 'zip') throw notFound();
      if (isExpired(context.hub.now(), artifact)) throw new Failure(410, 'Artifact has expired');
      return { status: 302, headers: { location: blobUrl(actions, artifact, 'GET', 1) } };
    }),
  ];
}
