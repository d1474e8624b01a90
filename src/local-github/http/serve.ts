import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../model/error.ts';
import type { ServerContext } from '../server-context.ts';
import { answerApi } from './api.ts';
import { isApiPath, stripApiPrefix } from './paths.ts';
import type { RawHandler } from './raw.ts';
import type { Router } from './router.ts';

/** Answers one HTTP request: raw handlers first, then the REST API. */
export async function serve(
  hub: ServerContext,
  router: Router,
  raw: readonly RawHandler[],
  request: IncomingMessage,
  response: ServerResponse,
) {
  const url = new URL(request.url ?? '/', hub.url);
  try {
    if (!isApiPath(url.pathname)) {
      for (const handler of raw) if (await handler(request, response, url)) return;
    }
    await answerApi(hub, router, request, response, url, stripApiPrefix(url.pathname));
  } catch (error) {
    hub.log('error', 'request failed', { method: request.method, path: url.pathname, error: messageOf(error) });
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: 'Server Error', status: '500' }));
  }
}
