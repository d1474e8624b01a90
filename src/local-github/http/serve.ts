import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../model/error.ts';
import type { Hub } from '../hub.ts';
import { answerApi } from './api.ts';
import { isApiPath, stripApiPrefix } from './paths.ts';

/** Takes a request that is not REST (git, pages, artifact storage); `false` hands it on. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean> | boolean;

/** Answers one HTTP request: raw handlers first, then the REST API. */
export async function serve(hub: Hub, raw: readonly RawHandler[], request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', hub.url);
  try {
    if (!isApiPath(url.pathname)) {
      for (const handler of raw) if (await handler(request, response, url)) return;
    }
    await answerApi(hub, request, response, url, stripApiPrefix(url.pathname));
  } catch (error) {
    hub.log('error', 'request failed', { method: request.method, path: url.pathname, error: messageOf(error) });
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: 'Server Error', status: '500' }));
  }
}
