import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A relay on this machine that speaks as smee.io does (github.com/probot/smee.io, lib/server.js): `/new` leads to a channel, what is posted
 * to a channel is read as JSON and given to its listeners with the request's headers, as server-sent events. Or as gosmee does
 * (github.com/chmouel/gosmee, gosmee/server.go): a channel's events are at another address, and have the posted bytes in base64.
 */
export async function smeeServer(kind: 'smee' | 'gosmee' = 'smee') {
  const listeners = new Map<ServerResponse, string>();
  const posted: string[] = [];
  /** Loses the line of every listener instead of giving anything on. */
  const state = { cut: false };
  let connections = 0;
  const server = createServer(async (request, response) => {
    const path = request.url!.replace(kind === 'gosmee' ? /^\/events/ : '', '');
    if (path === '/new') {
      response.writeHead(307, { location: `${url}/${randomBytes(12).toString('base64url')}` }).end();
    } else if (request.method === 'GET' && kind === 'gosmee' && path === request.url) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>A channel</h1>');
    } else if (request.method === 'GET') {
      connections++;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(kind === 'smee' ? 'id: 0\nevent: ready\ndata: {}\n\n' : 'data: {"message":"connected"}\n\n');
      listeners.set(response, path);
      response.on('close', () => listeners.delete(response));
    } else {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      posted.push(bytes.toString());
      const { headers } = request;
      const content =
        kind === 'smee' ? { body: JSON.parse(bytes.toString()), query: {} } : { bodyB: bytes.toString('base64') };
      const data = JSON.stringify({ ...headers, ...content, timestamp: Date.now() });
      for (const [listener, channel] of listeners) {
        if (state.cut) listener.destroy();
        else if (channel === path) listener.write(`id: 1\ndata: ${data}\n\n`);
      }
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    state,
    posted,
    get listening() {
      return listeners.size;
    },
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
