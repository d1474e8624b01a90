import { createHash, randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { digestOf, issueToken, USER_TOKEN_SECONDS } from '../auth/tokens.ts';
import type { RawHandler } from '../http/raw.ts';
import type { ServerContext } from '../server-context.ts';
import type { App } from '../store/rows.ts';
import { formOf, personOf, sayPage, sendOn } from './form.ts';
import { html } from './html.ts';
import { page } from './layout.ts';

const CODE_MS = 600_000;

/** A person who was let in, until the App has fetched the token. */
interface Code {
  readonly app: number;
  readonly user: number;
  readonly redirect: string;
  readonly challenge: string | null;
  readonly until: number;
}

/**
 * GitHub's web application flow for people who sign in through an App: a page on which they let it act for them, and the token for the
 * code that they come back with. Who they are they show with a token of theirs, for there are no passwords here.
 */
export function signInPages(hub: ServerContext): RawHandler {
  const codes = new Map<string, Code>();
  return async (request, response, { pathname, searchParams }) => {
    if (pathname === '/login/oauth/authorize' && request.method === 'GET') return ask(hub, response, searchParams);
    if (pathname === '/login/oauth/authorize' && request.method === 'POST')
      return letIn(hub, codes, response, await formOf(request));
    if (pathname === '/login/oauth/access_token' && request.method === 'POST')
      return exchange(hub, codes, response, await formOf(request));
    return false;
  };
}

const FIELDS = ['client_id', 'redirect_uri', 'state', 'code_challenge', 'code_challenge_method'] as const;

function ask(hub: ServerContext, response: ServerResponse, query: URLSearchParams): boolean {
  const asked = clientOf(hub, query);
  if (typeof asked === 'string')
    return sayPage(response, 404, page('Not found', { repository: null }, html`<h1>${asked}</h1>`));
  const hidden = FIELDS.map((name) => html`<input type="hidden" name="${name}" value="${query.get(name) ?? ''}">`);
  const body = html`<h1>${asked.app.name} wants to act for you</h1>
<p>It may then do what both you and the App may, and sends you back to <code>${asked.redirect}</code>.</p>
<form method="post" action="/login/oauth/authorize">${hidden}
<label>A token of yours <input name="token" required autocomplete="off"></label> <button>Authorize</button></form>`;
  return sayPage(
    response,
    200,
    page('Authorize', { repository: null }, body),
    `'self' ${new URL(asked.redirect).origin}`,
  );
}

function letIn(hub: ServerContext, codes: Map<string, Code>, response: ServerResponse, form: URLSearchParams): boolean {
  const asked = clientOf(hub, form);
  if (typeof asked === 'string')
    return sayPage(response, 404, page('Not found', { repository: null }, html`<h1>${asked}</h1>`));
  const user = personOf(hub, form.get('token') ?? '');
  if (user === null)
    return sayPage(response, 401, page('Authorize', { repository: null }, html`<h1>This is nobody’s token</h1>`));
  const code = randomBytes(10).toString('hex');
  codes.set(code, {
    app: asked.app.id,
    user: user.id,
    redirect: asked.redirect,
    challenge: form.get('code_challenge') || null,
    until: hub.now().getTime() + CODE_MS,
  });
  const target = new URL(asked.redirect);
  target.searchParams.set('code', code);
  if (form.get('state')) target.searchParams.set('state', form.get('state')!);
  return sendOn(response, target.href);
}

/** Errors are answers of 200, as on GitHub. */
function exchange(
  { store, now }: ServerContext,
  codes: Map<string, Code>,
  response: ServerResponse,
  form: URLSearchParams,
): boolean {
  const reply = (body: object) => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
    return true;
  };
  const app = store.apps.find({ clientId: form.get('client_id') ?? '' });
  if (app?.clientSecret === undefined || app.clientSecret !== digestOf(form.get('client_secret') ?? ''))
    return reply({
      error: 'incorrect_client_credentials',
      error_description: 'The client_id and/or client_secret passed are incorrect.',
    });
  const given = form.get('code') ?? '';
  const code = codes.get(given);
  codes.delete(given);
  const verifier = form.get('code_verifier') ?? '';
  const proven =
    code?.challenge == null || createHash('sha256').update(verifier).digest('base64url') === code.challenge;
  if (code === undefined || code.app !== app.id || code.until <= now().getTime() || !proven)
    return reply({ error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' });
  if ((form.get('redirect_uri') ?? code.redirect) !== code.redirect)
    return reply({
      error: 'redirect_uri_mismatch',
      error_description: 'The redirect_uri is not the one that was given before.',
    });
  const expiresAt = new Date(now().getTime() + USER_TOKEN_SECONDS * 1_000).toISOString();
  const token = issueToken(store, 'ghu', {
    user: code.user,
    installation: null,
    app: app.id,
    permissions: {},
    repositories: null,
    expiresAt,
  });
  return reply({ access_token: token, expires_in: USER_TOKEN_SECONDS, token_type: 'bearer', scope: '' });
}

/** The App that asks and where it has people sent back to; a text says why there is none. */
function clientOf({ store }: ServerContext, query: URLSearchParams): { app: App; redirect: string } | string {
  const app = store.apps.find({ clientId: query.get('client_id') ?? '' });
  if (app?.callbackUrls === undefined) return 'There is no such App to sign in through';
  const redirect = query.get('redirect_uri') ?? app.callbackUrls[0];
  if (redirect === undefined || !app.callbackUrls.includes(redirect))
    return 'The redirect_uri is not associated with this application';
  const method = query.get('code_challenge_method');
  return query.get('code_challenge') && method !== 'S256' ? 'The code_challenge_method is not S256' : { app, redirect };
}
