import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../model/error.ts';
import type { Service } from '../run/service.ts';
import { type AppCredentials, openProbot } from './connect.ts';
import { type HuxleyParts, wire } from './wire.ts';

export const WEBHOOK_PATH = '/api/github/webhooks';

export interface ServerSpec extends HuxleyParts, AppCredentials {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface HuxleyServer extends AsyncDisposable {
  readonly url: string;
  readonly service: Service;
}

/**
 * Starts the App behind an HTTP server: webhooks, `/health` (the process lives) and `/ready` (it can keep deliveries).
 * Disposing it takes no more deliveries and says it is not ready, finishes the work at hand, then stops listening. The store
 * stays open.
 */
export async function startServer(spec: ServerSpec): Promise<HuxleyServer> {
  const probot = await openProbot(spec);
  const service = wire(probot, spec);
  const webhooks = await probot.getNodeMiddleware({ path: WEBHOOK_PATH });
  let draining = false;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/health') return reply(response, 200, 'ok');
    if (request.url === '/ready') return reply(response, ...(await readiness(spec, draining)));
    if (draining) return reply(response, 503, 'shutting down');
    if (!(await webhooks(request, response))) reply(response, 404, 'not found');
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      spec.log.error({ err: error }, 'a request failed');
      reply(response, 500, 'failed');
    });
  });
  const { port } = await listen(server, spec);
  spec.log.info({ host: spec.host, port }, 'listening');
  service.start();
  return {
    url: `http://${spec.host}:${port}`,
    service,
    async [Symbol.asyncDispose]() {
      draining = true;
      await service.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
    },
  };
}

async function readiness({ store }: ServerSpec, draining: boolean): Promise<[number, string]> {
  if (draining) return [503, 'shutting down'];
  try {
    await store.check();
    return [200, 'ready'];
  } catch (error) {
    return [503, `the journal cannot be written: ${messageOf(error)}`];
  }
}

function reply(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function listen(server: Server, { host, port }: ServerSpec): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}
