import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Actor, actorName } from '../auth/actor.ts';
import { authenticate } from '../auth/authenticate.ts';
import { fullName, type ServerContext } from '../server-context.ts';
import { readBody } from './body.ts';
import { Failure, InjectedFailure, notFound } from './failure.ts';
import { perform, repositoryOf } from './perform.ts';
import type { Reply } from './reply.ts';
import type { Match, Router } from './router.ts';
import { send } from './send.ts';

/** Routes, authenticates, authorizes and runs one REST operation. */
export async function answerApi(
  hub: ServerContext,
  router: Router,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  path: string,
): Promise<void> {
  const started = performance.now();
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  let actor: Actor = { type: 'anonymous' };
  let match: Match | undefined;
  let requestBody: unknown;
  let reply: Reply;
  let injected = false;
  let answered = () => {};
  try {
    actor = authenticate(hub.store, request.headers.authorization, hub.now());
    hub.limits.count(actorName(actor));
    match = routed(router, method, path);
    const writes = method !== 'GET' && !path.endsWith('/access_tokens');
    answered = hub.limits.enter(actorName(actor), writes);
    requestBody = await readBody(request);
    if (match === undefined) throw notFound();
    const operate = async () => run(hub, request, url, path, actor, match!, requestBody);
    reply = await hub.injector.around(
      hub,
      match.operation.route,
      actor,
      `${actorName(actor)} ${path}${url.search}`,
      operate,
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    reply = { status: error.status, body: error.body, headers: error.headers };
    injected = error instanceof InjectedFailure;
  } finally {
    answered();
  }
  const sent = send(hub, request, response, reply, actor);
  const route = match?.operation.route ?? null;
  const fields = {
    method: request.method,
    path,
    status: sent,
    actor: actorName(actor),
    ms: Math.round(performance.now() - started),
  };
  if (reply.status < 400) hub.log('info', 'request', fields);
  else
    hub.log('warn', route === null ? 'unknown operation' : 'request refused', {
      ...fields,
      reason: (reply.body as { message?: string }).message,
    });
  hub.observe?.({
    route,
    method,
    path,
    query: url.searchParams,
    accept: request.headers.accept ?? '',
    requestBody,
    status: reply.status,
    responseBody: reply.body,
    injected,
  });
}

function routed(router: Router, method: string, path: string): Match | undefined {
  try {
    return router.match(method, path);
  } catch (error) {
    if (error instanceof URIError) throw new Failure(400, 'Bad Request');
    throw error;
  }
}

async function run(
  hub: ServerContext,
  request: IncomingMessage,
  url: URL,
  path: string,
  actor: Actor,
  { operation, params }: Match,
  raw: unknown,
): Promise<Reply> {
  if (repositoryOf(hub, params) === undefined) redirectFormer(hub, operation.route, params, path, url);
  const headers = request.headers as Record<string, string>;
  return perform(hub, actor, operation, { params, path, query: url.searchParams, headers }, raw);
}

/** Throws the redirect that GitHub answers under a name a repository had before. */
function redirectFormer(
  hub: ServerContext,
  route: string,
  params: Readonly<Record<string, string>>,
  path: string,
  url: URL,
): void {
  const owner = params.owner === undefined ? undefined : hub.store.users.find({ login: params.owner });
  const former = owner && hub.store.formerNames.find({ owner: owner.id, name: params.repo ?? '' });
  if (former === undefined) return;
  const rest = path
    .split('/')
    .slice(4)
    .map((part) => `/${part}`);
  const location = `${hub.apiUrl}/repos/${fullName(hub, hub.store.repositories.get(former.repo)!)}${rest.join('')}${url.search}`;
  const [status, message] = route.startsWith('GET ') ? [301, 'Moved Permanently'] : [307, 'Temporary Redirect'];
  throw new Failure(status as number, message as string, { url: location }, { location });
}
