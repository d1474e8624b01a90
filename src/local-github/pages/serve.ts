import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actions } from '../actions/actions.ts';
import { sees } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import { authenticate } from '../auth/authenticate.ts';
import { Failure } from '../http/failure.ts';
import type { ServerContext } from '../server-context.ts';
import type { Repository } from '../store/rows.ts';
import { COOKIE, formOf, tokenIn } from './form.ts';
import { type Html, html } from './html.ts';
import { page } from './layout.ts';
import { commitPage } from './view/commit.ts';
import { issuePage, issuesPage } from './view/issues.ts';
import { pullPage } from './view/pull.ts';
import { repositoriesPage } from './view/repositories.ts';
import { blobPage, treePage } from './view/repository.ts';
import { runPage, runsPage } from './view/runs.ts';
import { changeSettings, settingsPage } from './view/settings.ts';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'self'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** Serves the pages people look at. Private repositories show only to who signed in with a token of theirs. */
export async function servePages(
  actions: Actions,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  const { hub } = actions;
  if (request.method === 'POST') return serveForm(actions, request, response, url);
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (url.pathname === '/_signin') {
    const token = url.searchParams.get('token') ?? '';
    response.writeHead(303, {
      location: '/',
      'set-cookie': `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`,
    });
    response.end();
    return true;
  }
  const path = decoded(url.pathname);
  const view = path === null ? null : await viewOf(actions, reader(hub, request), path);
  response.writeHead(view ? 200 : 404, HEADERS);
  response.end((view ?? notFoundPage()).text);
  return true;
}

/** Takes the forms of the settings page. Each brings a token along, so that no other site's page can send one. */
async function serveForm(
  actions: Actions,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  const { hub } = actions;
  const [, owner = '', name = ''] = /^\/([^/]+)\/([^/]+)\/settings$/.exec(url.pathname) ?? [];
  const account = hub.store.users.find({ login: owner });
  const repo = account && hub.store.repositories.find({ owner: account.id, name });
  if (repo === undefined) return false;
  const form = await formOf(request);
  const actor = actorOf(hub, form.get('token') ?? '');
  if (!sees(hub.store, actor, repo)) return false;
  const [status, said] = changeSettings(actions, actor, repo, form);
  response.writeHead(status, HEADERS);
  response.end(settingsPage(actions, repo, said).text);
  return true;
}

/** The path as people read it; `null` where its escapes are broken. */
function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

function reader(hub: ServerContext, request: IncomingMessage): Actor {
  const token = tokenIn(request);
  return token === null ? { type: 'anonymous' } : actorOf(hub, token);
}

function actorOf(hub: ServerContext, token: string): Actor {
  try {
    return authenticate(hub.store, `token ${token}`, hub.now());
  } catch (error) {
    if (error instanceof Failure) return { type: 'anonymous' };
    throw error;
  }
}

async function viewOf(actions: Actions, actor: Actor, path: string): Promise<Html | null> {
  const { hub } = actions;
  const visible = (repo: Repository | undefined) => (repo && sees(hub.store, actor, repo) ? repo : undefined);
  if (path === '/')
    return repositoriesPage(
      hub,
      hub.store.repositories.list().filter((repo) => visible(repo)),
    );
  const [, owner = '', name = '', rest = ''] = /^\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const account = hub.store.users.find({ login: owner });
  const repo = account && visible(hub.store.repositories.find({ owner: account.id, name }));
  return repo ? repositoryView(actions, repo, rest) : null;
}

async function repositoryView(actions: Actions, repo: Repository, rest: string): Promise<Html | null> {
  const { hub } = actions;
  const [, section = '', first = '', more = ''] = /^\/?([^/]*)\/?([^/]*)\/?(.*)$/.exec(rest)!;
  switch (section) {
    case '':
      return treePage(hub, repo, repo.defaultBranch, '');
    case 'tree':
    case 'blob': {
      const [ref, path] = await splitRef(hub, repo, more === '' ? first : `${first}/${more}`);
      return section === 'tree' ? treePage(hub, repo, ref, path) : blobPage(hub, repo, ref, path);
    }
    case 'issues':
    case 'pulls':
      if (first === '') return issuesPage(hub, repo, section === 'pulls');
      return issueOrPull(hub, repo, first);
    case 'pull':
      return issueOrPull(hub, repo, first);
    case 'commit':
      return /^[0-9a-f]{40}$/.test(first) ? commitPage(hub, repo, first) : null;
    case 'actions': {
      const id = /^(\d+)(\/|$)/.exec(more)?.[1];
      if (first !== 'runs' || id === undefined) return runsPage(actions, repo);
      const run = actions.tables.runs.get(Number(id));
      return run?.repo === repo.id ? runPage(actions, repo, run) : null;
    }
    case 'settings':
      return first === '' ? settingsPage(actions, repo) : null;
    default:
      return null;
  }
}

async function issueOrPull(hub: ServerContext, repo: Repository, number: string): Promise<Html | null> {
  const key = { repo: repo.id, number: Number(number) };
  const issue = hub.store.issues.find(key);
  const pull = hub.store.pulls.find(key);
  if (!issue) return null;
  return pull ? pullPage(hub, repo, issue, pull) : issuePage(hub, repo, issue);
}

/** Branch names hold slashes: the longest one the path begins with is the ref. */
async function splitRef(hub: ServerContext, repo: Repository, path: string): Promise<[string, string]> {
  const names = (await hub.git(repo).refs('refs/heads', 'refs/tags')).map(({ name }) =>
    name.replace(/^refs\/(heads|tags)\//, ''),
  );
  const ref = names
    .filter((name) => path === name || path.startsWith(`${name}/`))
    .sort((a, b) => b.length - a.length)[0];
  const [head = ''] = path.split('/');
  const chosen = ref ?? head;
  return [chosen, path.slice(chosen.length + 1)];
}

function notFoundPage(): Html {
  return page(
    'Not found',
    { repository: null },
    html`<h1>Not found</h1><p>There is nothing here, or it is private: open <code>/_signin?token=…</code> with a token that may see it.</p>`,
  );
}
