import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../../model/error.ts';
import { readBody } from '../../http/body.ts';
import { timestamp } from '../../server-context.ts';
import type { Actions } from '../actions.ts';
import type { ArtifactRow } from '../rows.ts';
import { blobUrl } from './files.ts';
import { type RuntimeClaims, readRuntimeToken } from './runtime-token.ts';

const PREFIX = '/twirp/github.actions.results.api.v1.ArtifactService/';
const RETENTION_DAYS = 90;
const UPLOAD_MINUTES = 60;

type Body = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const ok = (body: Answer['body']): Answer => ({ status: 200, body });
const failed = (status: number, code: string, msg: string): Answer => ({ status, body: { code, msg } });

/** The service `@actions/artifact` talks to (Twirp over JSON), for the run its token names. */
export async function serveArtifactService(
  actions: Actions,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  if (!url.pathname.startsWith(PREFIX)) return false;
  const { status, body } = await answer(actions, request, url.pathname.slice(PREFIX.length)).catch((error) =>
    failed(400, 'malformed', messageOf(error)),
  );
  actions.hub.log(status < 400 ? 'info' : 'warn', 'artifact service', { path: url.pathname, status });
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
  return true;
}

async function answer(actions: Actions, request: IncomingMessage, method: string): Promise<Answer> {
  const body = ((await readBody(request)) ?? {}) as Body;
  const claims = readRuntimeToken(actions.signer, (request.headers.authorization ?? '').replace(/^bearer /i, ''));
  if (!claims) return failed(401, 'unauthenticated', 'Authentication failed');
  if (body.workflow_run_backend_id !== `run-${claims.run}`)
    return failed(403, 'permission_denied', 'The token does not belong to this workflow run');
  switch (method) {
    case 'CreateArtifact':
      return create(actions, claims, body);
    case 'FinalizeArtifact':
      return finalize(actions, claims, body);
    case 'ListArtifacts':
      return ok({ artifacts: listed(actions, claims, body).map(describe) });
    case 'GetSignedArtifactURL':
      return withArtifact(actions, claims, body, (artifact) =>
        ok({ signed_url: blobUrl(actions, artifact, 'GET', UPLOAD_MINUTES) }),
      );
    case 'DeleteArtifact':
      return withArtifact(actions, claims, body, (artifact) => {
        actions.tables.artifacts.delete(artifact.id);
        actions.blobs.delete(artifact.id);
        return ok({ ok: true, artifact_id: String(artifact.id) });
      });
    default:
      return failed(404, 'bad_route', `no handler for path "${PREFIX}${method}"`);
  }
}

function create(actions: Actions, { run, job }: RuntimeClaims, body: Body): Answer {
  const { hub, tables } = actions;
  const name = String(body.name);
  if (tables.artifacts.find({ run, name, finalized: true }))
    return failed(409, 'already_exists', 'an artifact with this name already exists on the workflow run');
  const expires = body.expires_at ?? new Date(hub.now().getTime() + RETENTION_DAYS * 86_400_000);
  const artifact = tables.artifacts.insert({
    repo: tables.runs.get(run)!.repo,
    run,
    job,
    name,
    finalized: false,
    size: 0,
    digest: null,
    mimeType: typeof body.mime_type === 'string' ? body.mime_type : 'application/zip',
    createdAt: timestamp(hub),
    expiresAt: new Date(expires as string).toISOString(),
  });
  return ok({ ok: true, signed_upload_url: blobUrl(actions, artifact, 'PUT', UPLOAD_MINUTES) });
}

function finalize(actions: Actions, { run }: RuntimeClaims, body: Body): Answer {
  const { tables, blobs } = actions;
  const artifact = tables.artifacts.list({ run, name: String(body.name), finalized: false }).at(-1);
  const blob = artifact && blobs.describe(artifact.id);
  if (!artifact || !blob) return failed(404, 'not_found', 'artifact not found');
  if (typeof body.hash === 'string' && body.hash !== blob.digest)
    return failed(400, 'invalid_argument', `the uploaded content has the digest ${blob.digest}, not ${body.hash}`);
  if (Number(body.size) !== blob.size)
    return failed(400, 'invalid_argument', `the uploaded content has ${blob.size} bytes, not ${body.size}`);
  tables.artifacts.update(artifact.id, { ...blob, finalized: true });
  return ok({ ok: true, artifact_id: String(artifact.id) });
}

function listed({ tables }: Actions, { run }: RuntimeClaims, body: Body): ArtifactRow[] {
  return tables.artifacts
    .list({ run, finalized: true })
    .filter(({ name }) => body.name_filter === undefined || name === body.name_filter)
    .filter(({ id }) => body.id_filter === undefined || String(id) === body.id_filter);
}

function withArtifact(
  actions: Actions,
  { run }: RuntimeClaims,
  body: Body,
  then: (artifact: ArtifactRow) => Answer,
): Answer {
  const artifact = actions.tables.artifacts.find({ run, name: String(body.name), finalized: true });
  return artifact ? then(artifact) : failed(404, 'not_found', 'artifact not found');
}

function describe(artifact: ArtifactRow) {
  return {
    workflow_run_backend_id: `run-${artifact.run}`,
    workflow_job_run_backend_id: `job-${artifact.job}`,
    database_id: String(artifact.id),
    name: artifact.name,
    size: String(artifact.size),
    created_at: artifact.createdAt,
    digest: artifact.digest,
  };
}
