import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppFile } from '../../environment/app-file.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { webAddress } from '../../model/network/github-address.ts';
import { hereAt, isHere } from '../../model/network/here.ts';
import { convert, type Registered } from './convert.ts';
import { CALLBACK_PATH, manifestFor } from './manifest.ts';
import { askPage, send, troublePage, unreachablePage } from './pages.ts';

export interface RegistrationSpec {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly apiURL: string;
  /** Where people will reach the server, without a slash at the end; null for the address they register it at. */
  readonly url: string | null;
  /** Where GitHub sends events; null for this server itself. */
  readonly channel: string | null;
  readonly webhookPath: string;
  /** Whose App it is to be; null for the person's own, unless the page is asked for another. */
  readonly organization: string | null;
  /** Whether `X-Forwarded-Host` and `-Proto` are a proxy's, and not anybody's. */
  readonly trustProxy: boolean;
  /** Keeps the credentials; what it throws is shown, and it is called again when the person reloads the page. */
  keep(app: AppFile): void;
}

export interface Registration extends AsyncDisposable {
  /** Each opens the page, on this machine and where people reach the server: whoever has one may register the App. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Resolves once the credentials are kept and the person is on the way to install the App. */
  readonly registered: Promise<AppFile>;
}

/** GitHub's own limit on the whole flow. */
const STATE_MS = 60 * 60 * 1_000;
const MAX_STATES = 100;
const PASS = 'huxley-setup';
const STATE = 'huxley-setup-state';
const ORGANIZATION = /^[A-Za-z\d](?:[A-Za-z\d]|-(?=[A-Za-z\d])){0,38}$/;

/**
 * Starts a server with one page, on which a person has GitHub make the App (docs.github.com, "Registering a GitHub App from a manifest").
 * The page opens with a token that only the terminal shows: whoever registers the App owns this server.
 */
export async function startRegistration(spec: RegistrationSpec): Promise<Registration> {
  const flow = new Flow(spec);
  const server = createServer((request, response) => {
    // One page after another: nothing is to hold the port once the App takes it over.
    response.setHeader('connection', 'close');
    flow.answer(request, response).catch((error) => {
      if (!response.headersSent) send(response, 500, troublePage('Something went wrong.', messageOf(error), true));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(spec.port, spec.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const bases = [hereAt(spec.host, port), ...(spec.url === null ? [] : [spec.url])];
  return {
    addresses: bases.map((base) => `${base}/setup?token=${flow.token}`),
    port,
    registered: flow.registered,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

class Flow {
  readonly token = randomBytes(24).toString('base64url');
  readonly registered: Promise<AppFile>;
  readonly #spec: RegistrationSpec;
  readonly #states = new Map<string, number>();
  #converted: Registered | null = null;
  #busy = false;
  #done: (app: AppFile) => void = () => {};

  constructor(spec: RegistrationSpec) {
    this.#spec = spec;
    this.registered = new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://set-up');
    if (request.method !== 'GET') return send(response, 404, troublePage('There is nothing here.', 'Open /setup.'));
    if (pathname === '/health') return plain(response, 200, 'ok');
    if (pathname === '/ready') return plain(response, 503, 'the App is not registered yet');
    const base = this.#baseOf(request);
    const secure = base.startsWith('https:') ? '; Secure' : '';
    const cookie = (name: string, value: string) => `${name}=${value}; Path=/setup; HttpOnly; SameSite=Lax${secure}`;
    const given = searchParams.get('token');
    if (pathname === '/setup' && given !== null && alike(given, this.token)) {
      // Out of the address, which a browser keeps.
      const org = searchParams.get('org');
      const query = new URLSearchParams({ ...(org !== null && { org }), go: '' });
      return send(response, 303, '', { location: `/setup?${query}`, 'set-cookie': cookie(PASS, this.token) });
    }
    if (!alike(cookieOf(request, PASS), this.token))
      return send(
        response,
        403,
        troublePage(
          'This server is waiting for its App.',
          'Open the address that its terminal shows, in this browser.',
        ),
      );
    if (pathname === '/setup') return this.#ask(response, base, searchParams, (state) => cookie(STATE, state));
    if (pathname === CALLBACK_PATH) return this.#finish(request, response, searchParams);
    send(response, 404, troublePage('There is nothing here.', 'The App is not registered yet.', true));
  }

  #ask(response: ServerResponse, base: string, query: URLSearchParams, cookie: (state: string) => string): void {
    const { apiURL, url, channel, webhookPath } = this.#spec;
    const organization = query.get('org') || this.#spec.organization;
    if (organization !== null && !ORGANIZATION.test(organization)) {
      send(response, 400, troublePage('This is not the name of an organization.', 'Use the name from its URL.'));
      return;
    }
    const webhookURL = channel ?? (url ?? base) + webhookPath;
    const github = webAddress(apiURL);
    if (isHere(new URL(webhookURL).hostname) && !isHere(new URL(github).hostname)) {
      send(response, 200, unreachablePage(webhookURL));
      return;
    }
    const state = randomBytes(24).toString('base64url');
    this.#states.set(state, Date.now() + STATE_MS);
    for (const oldest of this.#states.keys()) if (this.#states.size > MAX_STATES) this.#states.delete(oldest);
    const manifest = manifestFor({ base, url: url ?? base, webhookURL, organization });
    const owner = organization === null ? '' : `/organizations/${organization}`;
    const action = `${github}${owner}/settings/apps/new?state=${state}`;
    const go = query.has('go');
    send(response, 200, askPage({ action, manifest, organization, webhookURL, go }), { 'set-cookie': cookie(state) });
  }

  async #finish(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const state = query.get('state') ?? '';
    const code = query.get('code') ?? '';
    const begun = alike(state, cookieOf(request, STATE)) && (this.#states.get(state) ?? 0) > Date.now();
    if (!begun || code === '')
      return send(
        response,
        400,
        troublePage(
          'This was not started here, or was started more than an hour ago.',
          'No credentials were accepted.',
          true,
        ),
      );
    if (this.#busy) return send(response, 409, troublePage('The App is being registered.', 'Wait for the other page.'));
    this.#busy = true;
    try {
      // What GitHub gave once is not lost when keeping it fails: a reload tries that again.
      this.#converted ??= await convert(this.#spec.apiURL, code);
      const { app, page } = this.#converted;
      this.#spec.keep(app);
      this.#states.clear();
      // Who has left meanwhile is not waited for.
      if (response.closed || response.destroyed) this.#done(app);
      else response.on('close', () => this.#done(app));
      send(response, 303, '', { location: `${page}/installations/new` });
    } catch (error) {
      this.#busy = false;
      const { message, remedy } =
        error instanceof HuxleyError
          ? error
          : {
              message: `The credentials cannot be kept: ${messageOf(error)}.`,
              remedy: 'Make room for them, and reload this page.',
            };
      send(response, 502, troublePage(message, remedy, this.#converted === null));
    }
  }

  /** Where the browser reaches this server. */
  #baseOf({ headers }: IncomingMessage): string {
    const { url, trustProxy } = this.#spec;
    const forwarded = (name: string) =>
      trustProxy
        ? String(headers[name] ?? '')
            .split(',')[0]!
            .trim()
        : '';
    const host = forwarded('x-forwarded-host') || headers.host || 'localhost';
    if (url !== null && new URL(url).host === host) return url;
    const protocol = forwarded('x-forwarded-proto') === 'https' ? 'https' : 'http';
    return new URL(`${protocol}://${host}`).origin;
  }
}

function cookieOf({ headers }: IncomingMessage, name: string): string {
  const all = (headers.cookie ?? '').split('; ');
  return all.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

function alike(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length > 0 && a.length === b.length && timingSafeEqual(a, b);
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}
