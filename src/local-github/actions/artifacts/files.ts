import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actions } from '../actions.ts';
import type { ArtifactRow } from '../rows.ts';

const ARTIFACTS = '/_storage/artifacts/';
const LOGS = '/_storage/logs/';

/** A signed address of an artifact's file, good for some minutes. */
export function blobUrl(actions: Actions, { id }: ArtifactRow, method: 'GET' | 'PUT', minutes: number): string {
  return sign(actions, `${ARTIFACTS}${id}`, method, minutes);
}

/** A signed address of a job's log, good for a minute. */
export function logUrl(actions: Actions, job: number): string {
  return sign(actions, `${LOGS}${job}`, 'GET', 1);
}

function sign({ hub, signer }: Actions, path: string, method: 'GET' | 'PUT', minutes: number): string {
  return signer.signUrl(`${hub.url}${path}`, method, new Date(hub.now().getTime() + minutes * 60_000));
}

/** Serves signed addresses: downloads, and uploads by Azure's block blob protocol. */
export async function serveFiles(
  actions: Actions,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  const match = /^\/_storage\/(artifacts|logs)\/(\d+)$/.exec(url.pathname);
  if (!match) return false;
  const [, kind, number] = match;
  const method = request.method ?? 'GET';
  const end = (status: number, body: string | Buffer = '', headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'x-ms-request-id': crypto.randomUUID(), 'x-ms-version': '2025-01-05', ...headers });
    response.end(body);
    return true;
  };
  if (!actions.signer.admits(url, method, actions.hub.now())) return end(403, 'AuthenticationFailed');
  const id = Number(number);
  if (kind === 'logs') return end(200, actions.logs.read(id) ?? '', { 'content-type': 'text/plain; charset=utf-8' });
  const artifact = actions.tables.artifacts.get(id);
  if (!artifact) return end(404, 'BlobNotFound');
  if (method === 'GET')
    return end(200, await actions.blobs.read(id), {
      'content-type': artifact.mimeType,
      'content-disposition': `attachment; filename="${artifact.name.replaceAll(/[^\w.-]/g, '_')}.zip"`,
    });
  const content = await bytes(request);
  const done = await upload(actions, id, url, content);
  return done
    ? end(201, '', { etag: `"${id}"`, 'last-modified': actions.hub.now().toUTCString() })
    : end(400, 'InvalidBlockList');
}

async function upload({ blobs }: Actions, id: number, url: URL, content: Buffer): Promise<boolean> {
  switch (url.searchParams.get('comp')) {
    case 'block':
      await blobs.writeBlock(id, url.searchParams.get('blockid') ?? '', content);
      return true;
    case 'blocklist': {
      const blocks = [...content.toString('utf8').matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]*)</g)];
      return blobs.commit(
        id,
        blocks.map(([, block]) => block!),
      );
    }
    default:
      await blobs.write(id, content);
      return true;
  }
}

async function bytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
