import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hereAt } from '../model/network/here.ts';
import { orderSigner } from '../order/signer.ts';
import type { Service } from '../run/inbox/service.ts';
import type { SignInSettings } from '../web/serve/people/sign-in.ts';
import { Site } from '../web/serve/people/site.ts';
import { type AppCredentials, openProbot } from './connect.ts';
import { Intake, Refused } from './intake.ts';
import type { Metrics } from './metrics.ts';
import { readiness } from './readiness.ts';
import { answerInstalled } from './register/pages.ts';
import { type HuxleyParts, wire } from './wire.ts';

export const WEBHOOK_PATH = '/api/github/webhooks';

/** Milliseconds: GitHub itself waits ten seconds for an answer. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
/** Open at once; more are closed as they come, and what they brought is found by the sweep. */
const MAX_CONNECTIONS = 500;

export interface ServerSpec extends Omit<HuxleyParts, 'signer'>, AppCredentials {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** What people sign in with to look at their runs; nobody can without it. */
  readonly signIn?: SignInSettings | null;
  /** Shown at `/metrics` to whoever has the token; nowhere by default. */
  readonly metrics?: { readonly metrics: Pick<Metrics, 'answer'>; readonly token: string } | null;
}

export interface HuxleyServer extends AsyncDisposable {
  readonly url: string;
  /** Where this machine itself reaches what takes webhooks. */
  readonly webhooks: string;
  readonly service: Service;
}

/**
 * Starts the App behind an HTTP server: webhooks, `/health` (the process lives), `/ready` (it can keep deliveries), and the pages at `/runs`.
 * Disposing it takes no more deliveries and says it is not ready, finishes the work at hand, then stops listening. The store
 * stays open.
 */
export async function startServer(spec: ServerSpec): Promise<HuxleyServer> {
  const probot = await openProbot(spec);
  const signer = orderSigner(spec.privateKey);
  const { service, forges } = wire(probot, { ...spec, signer });
  const { store, apiURL, log, webhookSecret: secret, signIn = null } = spec;
  const site = new Site({ store, forges, apiURL, log, secret, signIn });
  const webhooks = await probot.getNodeMiddleware({ path: WEBHOOK_PATH });
  const intake = new Intake(spec.webhookSecret);
  const ready = readiness(spec.store, spec.log);
  let draining = false;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url } = request;
    const reading = method === 'GET' || method === 'HEAD';
    if (reading && url === '/health') return reply(response, 200, 'ok');
    if (reading && url === '/ready' && !draining) return reply(response, ...(await ready()));
    if (reading && url === '/metrics' && spec.metrics)
      return spec.metrics.metrics.answer(request, response, spec.metrics.token);
    if (draining) throw new Refused(503, 'shutting down');
    if (reading && url?.split('?')[0] === '/setup') return answerInstalled(response);
    if (url !== undefined && Site.has(url)) return site.answer(request, response);
    if (method !== 'POST' || url?.replace(/[?#].*$|\/+$/g, '') !== WEBHOOK_PATH) throw new Refused(404, 'not found');
    const go = () => request.headers.expect === undefined || response.writeContinue();
    Object.assign(request, { body: {}, rawBody: await intake.read(request, go) });
    await webhooks(request, response);
  };
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch((error) => {
      if (!(error instanceof Refused)) spec.log.error({ err: error }, 'a request failed');
      // What is left of the body is not read.
      if (!response.headersSent) response.setHeader('connection', 'close');
      if (error instanceof Refused) reply(response, error.status, error.message);
      else reply(response, 500, 'failed');
    });
  };
  const server = createServer(LIMITS, handle);
  server.maxConnections = MAX_CONNECTIONS;
  // Without it nothing would be sent before an 'Expect: 100-continue' was looked at.
  server.on('checkContinue', handle);
  const { port } = await listen(server, spec);
  spec.log.info({ host: spec.host, port, publicKey: signer.publicKey }, 'listening');
  service.start();
  return {
    url: `http://${spec.host}:${port}`,
    webhooks: hereAt(spec.host, port) + WEBHOOK_PATH,
    service,
    async [Symbol.asyncDispose]() {
      draining = true;
      site.close();
      await service.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
    },
  };
}

function reply(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function listen(server: Server, { host, port, log }: ServerSpec): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      // An error nobody listens to would end the process, e.g. when the system is out of file descriptors.
      server.on('error', (error) => log.error({ err: error }, 'the server has failed'));
      resolve(server.address() as AddressInfo);
    });
  });
}
