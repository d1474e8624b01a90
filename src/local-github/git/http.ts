import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import { authorize, parseAccess } from '../auth/access.ts';
import { type Actor, actorName } from '../auth/actor.ts';
import { authenticate } from '../auth/authenticate.ts';
import { Failure } from '../http/failure.ts';
import { refsChanged } from '../ref/changed.ts';
import { pushPolicy } from '../ref/push-policy.ts';
import type { ServerContext } from '../server-context.ts';
import type { Repository } from '../store/rows.ts';
import { GIT_ENV } from './run.ts';

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const READ = parseAccess('contents:read');
const WRITE = parseAccess('contents:write');

/** Git over smart HTTP: clone, fetch and push, with a token as the password. */
export async function gitHttp(
  hub: ServerContext,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  const match = PATH.exec(url.pathname);
  if (match === null) return false;
  const [, owner = '', name = '', service = ''] = match;
  const account = hub.store.users.find({ login: decodeURIComponent(owner) });
  const repo = account && hub.store.repositories.find({ owner: account.id, name: decodeURIComponent(name) });
  const pushing = service === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  try {
    const actor = authenticate(hub.store, request.headers.authorization, hub.now());
    authorize(hub.store, actor, pushing ? WRITE : READ, repo);
    hub.log('info', 'git', { service, pushing, repo: `${owner}/${name}`, actor: actorName(actor) });
    if (service === 'git-receive-pack') await hub.locks.run(repo!.id, () => push(hub, repo!, actor, request, response));
    else await backend(hub, repo!, actor, request, response, `/${service}`, url.search.slice(1), {});
    response.end();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    refuse(hub, request, response, error, `${owner}/${name}`);
  }
  return true;
}

function refuse(
  hub: ServerContext,
  request: IncomingMessage,
  response: ServerResponse,
  error: Failure,
  repo: string,
): void {
  const anonymous = request.headers.authorization === undefined;
  const status = anonymous ? 401 : error.status;
  hub.log('warn', 'git refused', { repo, status, reason: error.message });
  const text = status === 404 ? 'Repository not found.' : error.message;
  response.writeHead(status, {
    'content-type': 'text/plain',
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {}),
  });
  response.end(`${text}\n`);
}

async function push(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const git = hub.git(repo);
  const snapshot = async () => new Map((await git.refs('refs/heads', 'refs/tags')).map(({ name, sha }) => [name, sha]));
  const before = await snapshot();
  await backend(hub, repo, actor, request, response, '/git-receive-pack', '', pushPolicy(hub, repo, actor));
  const after = await snapshot();
  const changes = [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null }))
    .filter((change) => change.before !== change.after);
  await refsChanged(hub, repo, actor, changes);
}

/** Runs git's own CGI program and passes its answer on. */
function backend(
  hub: ServerContext,
  repo: Repository,
  actor: Actor,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { dir } = hub.git(repo);
  const header = (name: string) => String(request.headers[name] ?? '');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...GIT_ENV,
      ...env,
      GIT_PROJECT_ROOT: dirname(dir),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${basename(dir)}${path}`,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: header('content-type'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
      REMOTE_USER: actor.type === 'anonymous' ? '' : actor.user.login,
      REMOTE_ADDR: request.socket.remoteAddress ?? '',
    },
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  child.stderr.on('data', (chunk: Buffer) =>
    hub.log('warn', 'git http-backend', { repo: repo.name, text: String(chunk).trim() }),
  );
  let head = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) {
      if (!response.write(chunk)) {
        child.stdout.pause();
        response.once('drain', () => child.stdout.resume());
      }
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const fields = Object.fromEntries(
      head
        .subarray(0, end)
        .toString('latin1')
        .split('\r\n')
        .map((line) => line.split(/:\s*/, 2) as [string, string]),
    );
    response.writeHead(Number.parseInt(fields.Status ?? '200', 10), fields);
    response.write(head.subarray(end + 4));
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    response.on('close', () => child.kill());
    child.on('close', () => resolve());
  });
}
