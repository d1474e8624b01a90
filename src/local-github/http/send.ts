import { hash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Actor, actorName } from '../auth/actor.ts';
import type { ServerContext } from '../server-context.ts';
import { limitHeaders } from './limits.ts';
import type { Reply } from './reply.ts';

/** Writes a reply with the headers GitHub gives, and returns the status sent: 304 where the client's ETag still holds. */
export function send(
  hub: ServerContext,
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  actor: Actor,
): number {
  const plain = typeof reply.body === 'string' || Buffer.isBuffer(reply.body);
  const body = reply.body === undefined ? '' : plain ? (reply.body as string | Buffer) : JSON.stringify(reply.body);
  const headers: Record<string, string> = {
    date: hub.now().toUTCString(),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': randomUUID(),
    'x-github-api-version-selected': '2022-11-28',
    ...(reply.body === undefined
      ? {}
      : { 'content-type': plain ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8' }),
    ...limitHeaders(hub.limits.state(actorName(actor))),
    ...reply.headers,
  };
  let status = reply.status;
  if (status === 200 && (request.method === 'GET' || request.method === 'HEAD')) {
    headers.etag = `W/"${hash('sha256', body)}"`;
    headers['cache-control'] = 'private, max-age=60, s-maxage=60';
    if (request.headers['if-none-match']?.split(/,\s*/).includes(headers.etag)) status = 304;
  }
  const silent = status === 304 || request.method === 'HEAD';
  response.writeHead(status, { ...headers, ...(silent ? {} : { 'content-length': String(Buffer.byteLength(body)) }) });
  response.end(silent ? undefined : body);
  return status;
}
