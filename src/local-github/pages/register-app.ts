import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { conversionCode } from '../app/conversions.ts';
import { MAX_NAME, type Manifest, parseManifest, slugOf } from '../app/manifest.ts';
import type { RawHandler } from '../http/raw.ts';
import type { ServerContext } from '../server-context.ts';
import { Setup } from '../setup/setup.ts';
import type { App, User } from '../store/rows.ts';
import { formOf, personOf, sayPage, sendOn, tokenIn } from './form.ts';
import { html } from './html.ts';
import { page } from './layout.ts';

/** A manifest that somebody brought, until they press the button. */
interface Draft {
  readonly manifest: Manifest;
  readonly state: string | null;
  readonly organization: string | null;
}

const MAX_DRAFTS = 100;
const PATH = /^(?:\/organizations\/([^/]+))?\/settings\/apps(\/new)?$/;

/**
 * GitHub's pages for registering an App from a manifest (docs.github.com, "Registering a GitHub App from a manifest"). Organisations have no
 * members here: any person may register an App for one.
 */
export function registerAppPages(hub: ServerContext): RawHandler {
  const drafts = new Map<string, Draft>();
  return async (request, response, { pathname, searchParams }) => {
    const match = PATH.exec(pathname);
    if (match === null) return false;
    const [, organization = null, isNew] = match;
    const posted = request.method === 'POST';
    if (!posted && request.method !== 'GET') return false;
    if (organization !== null && hub.store.users.find({ login: organization })?.type !== 'Organization')
      return refuse(response, 404, 'There is no such organization');
    const form = posted ? await formOf(request) : searchParams;
    if (isNew === undefined) return posted && create(hub, drafts, request, response, form);
    const text = form.get('manifest');
    if (text === null)
      return refuse(response, 422, 'Invalid GitHub App configuration', 'Apps are registered from a manifest here.');
    const manifest = parseManifest(text);
    if (typeof manifest === 'string')
      return refuse(
        response,
        422,
        'Invalid GitHub App configuration',
        `The configuration does not appear to be a valid GitHub App manifest. ${manifest}`,
      );
    const id = randomBytes(16).toString('hex');
    drafts.set(id, { manifest, state: searchParams.get('state'), organization });
    for (const oldest of drafts.keys()) if (drafts.size > MAX_DRAFTS) drafts.delete(oldest);
    return ask(hub, request, response, id, drafts.get(id)!);
  };
}

/** Shows what is asked for. The draft's name is in no other page, so no other page can press the button. */
function ask(
  hub: ServerContext,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  { manifest, organization }: Draft,
  trouble = '',
): boolean {
  const person = personOf(hub, tokenIn(request) ?? '');
  const path = `${organization === null ? '' : `/organizations/${organization}`}/settings/apps`;
  const permissions = Object.entries(manifest.default_permissions).map(
    ([name, level]) => html`<li>${name}: ${level}</li>`,
  );
  const body = html`<h1>Create GitHub App for ${organization ?? person?.login ?? 'you'}</h1>
${trouble !== '' && html`<p><strong>${trouble}</strong></p>`}
<p>Permissions:</p><ul>${permissions}</ul><p>Events: ${manifest.default_events.join(', ') || 'none'}</p>
<form method="post" action="${path}"><input type="hidden" name="draft" value="${id}">
<p><label>GitHub App name <input name="name" required maxlength="${MAX_NAME}" value="${manifest.name ?? ''}"></label></p>
${person === null && html`<p><label>A token of yours <input name="token" required autocomplete="off"></label></p>`}
<button>Create GitHub App</button></form>`;
  const back = manifest.redirect_url === undefined ? '' : ` ${new URL(manifest.redirect_url).origin}`;
  return sayPage(
    response,
    trouble === '' ? 200 : 422,
    page('Create GitHub App', { repository: null }, body),
    `'self'${back}`,
  );
}

function create(
  hub: ServerContext,
  drafts: Map<string, Draft>,
  request: IncomingMessage,
  response: ServerResponse,
  form: URLSearchParams,
): boolean {
  const id = form.get('draft') ?? '';
  const draft = drafts.get(id);
  if (draft === undefined) return refuse(response, 422, 'This page is too old', 'Begin again where you came from.');
  const person = personOf(hub, form.get('token') ?? tokenIn(request) ?? '');
  if (person === null) return refuse(response, 401, 'Sign in to GitHub', 'This is nobody’s token.');
  const name = (form.get('name') ?? '').trim();
  const owner = draft.organization === null ? person : hub.store.users.find({ login: draft.organization })!;
  const trouble = nameTrouble(hub, name, owner);
  if (trouble !== null) return ask(hub, request, response, id, draft, trouble);
  drafts.delete(id);
  const app = register(hub, draft.manifest, name, owner);
  const { redirect_url } = draft.manifest;
  if (redirect_url === undefined) return sendOn(response, `${hub.url}/apps/${app.slug}/installations/new`);
  const target = new URL(redirect_url);
  target.searchParams.set('code', conversionCode(hub, app));
  if (draft.state !== null) target.searchParams.set('state', draft.state);
  return sendOn(response, target.href);
}

/** A name is short, and no other App's or account's, except the owner's own. */
function nameTrouble({ store }: ServerContext, name: string, owner: User): string | null {
  const slug = slugOf(name);
  if (slug === '' || name.length > MAX_NAME) return `Name is missing, or longer than ${MAX_NAME} characters`;
  const account = store.users.find({ login: slug });
  const taken = store.apps.find({ slug }) !== undefined || (account !== undefined && account.id !== owner.id);
  return taken ? 'Name is already taken' : null;
}

function register(hub: ServerContext, manifest: Manifest, name: string, owner: User): App {
  const { hook_attributes: hook, setup_url: setupUrl, description } = manifest;
  const { app } = new Setup(hub).createApp({
    slug: slugOf(name),
    owner: owner.login,
    permissions: manifest.default_permissions,
    events: manifest.default_events,
    ...(hook?.active && { webhookUrl: hook.url }),
  });
  return hub.store.apps.update(app.id, {
    name,
    url: manifest.url,
    callbackUrls: manifest.callback_urls,
    public: manifest.public,
    ...(description !== undefined && { description }),
    ...(setupUrl !== undefined && { setupUrl }),
  });
}

function refuse(response: ServerResponse, status: number, title: string, why = ''): boolean {
  return sayPage(response, status, page(title, { repository: null }, html`<h1>${title}</h1><p>${why}</p>`));
}
