import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Installations } from '../../../github/installations.ts';
import { HuxleyError } from '../../../model/error.ts';
import { webAddress } from '../../../model/network/github-address.ts';
import { DOCUMENTS } from '../../../run/state/documents.ts';
import { RunDocuments } from '../../../run/state/run-documents.ts';
import type { RunKey } from '../../../store/journal.ts';
import type { Store } from '../../../store/store.ts';
import { answer, answerError, answerFailure, answerJson } from '../answer.ts';
import { attachmentsOnGitHub } from '../attachments.ts';
import { Changes } from '../events.ts';
import { answerAsset, answerRun, notFound, type ServedRun } from '../pages.ts';
import { storedRun } from '../run-source.ts';
import { People, SessionOver } from './person.ts';
import { type Session, SignIn, type SignInSettings } from './sign-in.ts';
import { SET_UP_PAGE, startPage, troublePage } from './start-page.ts';

export interface SiteParts {
  readonly store: Store;
  readonly forges: Pick<Installations, 'forge' | 'isInstalled'>;
  /** Null where nobody can sign in. */
  readonly signIn: SignInSettings | null;
  readonly apiURL: string;
  /** What sessions are sealed with. */
  readonly secret: string;
  readonly log: Pick<Logger, 'error'>;
}

/** Runs whose journals are kept in memory. */
const MAX_OPEN = 20;
/** Pages that listen at once, of all runs: webhooks need connections, too. */
const MAX_LISTENERS = 200;
const MAX_BODY = 8_192;
/** A command as a person may give it in a comment: one line, and nothing hidden in it. */
const COMMAND = /^\/huxley [^\p{Cc}\p{Cf}<>]{1,1000}$/u;

/** The pages at `/runs`, for people who are signed in: each sees the runs of what that person may read on GitHub. */
export class Site {
  readonly #parts: SiteParts;
  readonly #signIn: SignIn | null;
  readonly #people: People;
  readonly #open = new Map<string, ServedRun & { readonly documents: RunDocuments }>();

  constructor(parts: SiteParts) {
    const { apiURL, signIn, secret, forges } = parts;
    this.#parts = parts;
    this.#signIn = signIn && new SignIn(signIn, webAddress(apiURL), apiURL, secret);
    this.#people = new People(apiURL, (repository) => forges.isInstalled(repository));
  }

  /** Whether an address is one of these pages. */
  static has(path: string): boolean {
    return /^\/runs(?:[/?]|$)/.test(path);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    try {
      const asset = /^\/runs\/(page\.js|page\.css)$/.exec(url.pathname)?.[1];
      if (asset !== undefined) await answerAsset(request, response, asset as 'page.js' | 'page.css');
      else if (this.#signIn === null) answer(response, 503, 'text/html', SET_UP_PAGE);
      else await this.#route(request, response, url, this.#signIn);
    } catch (error) {
      if (error instanceof SessionOver) this.#askToSignIn(request, response, url, this.#signIn!);
      else if (!answerFailure(response, error)) this.#parts.log.error({ err: error }, 'a page failed');
    }
  }

  /** Ends what pages listen to. */
  close(): void {
    for (const { changes } of this.#open.values()) changes.close();
  }

  async #route(request: IncomingMessage, response: ServerResponse, url: URL, signIn: SignIn): Promise<void> {
    const path = url.pathname;
    if (path.startsWith('/runs/auth/')) return this.#authenticate(request, response, url, signIn);
    const session = signIn.session(request);
    if (session === null) return this.#askToSignIn(request, response, url, signIn);
    const [, owner, name, run, rest] = /^\/runs\/([\w.-]+)\/([\w.-]+)(?:\/([\w.-]+)(\/.*)?)?$/.exec(path) ?? [];
    if (path === '/runs' || path === '/runs/') return this.#start(response, session);
    if (owner === undefined) return notFound(response);
    const repository = `${owner}/${name}`;
    // Nobody learns whether there is what may not be seen, by the time it takes neither.
    if (!(await this.#people.mayRead(session, repository))) return notFound(response);
    const known = (await this.#parts.store.runs(repository)).filter((each) => each.repository === repository);
    const key = run === undefined ? known.at(-1) : known.find((each) => each.run === run);
    if (key === undefined) return notFound(response);
    const base = `/runs/${repository}/${key.run}`;
    if (run === undefined || rest === undefined) return redirect(response, `${base}/`);
    const served = await this.#opened(key);
    if (rest === '/command') return this.#command(request, response, served, session, signIn);
    if (rest === '/events' && this.#listeners() >= MAX_LISTENERS)
      return answerError(response, 503, 'Too many pages are listening.', 'Reload this one to see what is new.');
    return answerRun(request, response, rest, served, {
      base,
      csrf: session.csrf,
      user: session.login,
      assets: '/runs',
    });
  }

  async #authenticate(request: IncomingMessage, response: ServerResponse, url: URL, signIn: SignIn): Promise<void> {
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /runs/auth/sign-in': {
        const { location, cookie } = signIn.begin(url.searchParams.get('to') ?? '/runs');
        return redirect(response, location, [cookie]);
      }
      case 'GET /runs/auth/callback':
        try {
          const { to, cookies } = await signIn.finish(request, url.searchParams);
          return redirect(response, to, cookies);
        } catch (error) {
          if (!(error instanceof HuxleyError)) throw error;
          return answer(response, 400, 'text/html', troublePage(error.message, error.remedy));
        }
      case 'POST /runs/auth/sign-out': {
        const session = signIn.session(request);
        if (session === null) return redirect(response, '/runs', [signIn.forget()]);
        const csrf = new URLSearchParams(await bodyOf(request)).get('csrf') ?? '';
        if (!signIn.isOwn(request, session, csrf))
          return answerError(
            response,
            403,
            'This did not come from a page of this server.',
            'Use the button on the page.',
          );
        const { cookie, revokeAt } = await signIn.end(session);
        if (revokeAt === null) return redirect(response, '/runs', [cookie]);
        return answer(
          response,
          502,
          'text/html',
          troublePage(
            'You are signed out here, but GitHub did not end the session’s token.',
            `It expires within eight hours. To end it now, revoke the App at ${revokeAt}.`,
          ),
          { 'set-cookie': cookie },
        );
      }
    }
    notFound(response);
  }

  /** Pages lead to GitHub and back to where one was; what a page asks for is refused, and it can lead there. */
  #askToSignIn(request: IncomingMessage, response: ServerResponse, url: URL, signIn: SignIn): void {
    const asksPage = request.method === 'GET' && String(request.headers.accept ?? '').includes('text/html');
    if (!asksPage) {
      answerError(response, 401, 'You are not signed in any more.', 'Sign in again at /runs; nothing is lost.');
      return;
    }
    const { location, cookie } = signIn.begin(url.pathname + url.search);
    redirect(response, location, [cookie]);
  }

  async #start(response: ServerResponse, session: Session): Promise<void> {
    const all = await this.#parts.store.runs();
    const repositories = [...new Set(all.map(({ repository }) => repository))];
    const readable = new Set<string>();
    for (let at = 0; at < repositories.length; at += 10)
      await Promise.all(
        repositories.slice(at, at + 10).map(async (repository) => {
          if (await this.#people.mayRead(session, repository)) readable.add(repository);
        }),
      );
    const runs = all.filter(({ repository }) => readable.has(repository));
    answer(response, 200, 'text/html', startPage(session.login, session.csrf, runs));
  }

  async #command(
    request: IncomingMessage,
    response: ServerResponse,
    { source, documents }: ServedRun & { readonly documents: RunDocuments },
    session: Session,
    signIn: SignIn,
  ): Promise<void> {
    if (request.method !== 'POST') return answerError(response, 405, 'Commands are posted.', 'Use the buttons.');
    if (!signIn.isOwn(request, session, request.headers['x-huxley-csrf']))
      return answerError(
        response,
        403,
        'This did not come from a page of this server.',
        'Reload the page and try again.',
      );
    const text = commandIn(await bodyOf(request));
    if (text === null)
      return answerError(response, 409, 'This is not a command.', 'A command is one line that begins with /huxley.');
    const spec = await documents.read(DOCUMENTS.spec);
    if (spec === undefined)
      return answerError(
        response,
        409,
        'It is not known which issue started this run.',
        'Comment on the issue yourself.',
      );
    try {
      answerJson(response, 201, { url: await this.#people.comment(session, source.key.repository, spec.issue, text) });
    } catch (error) {
      if (!(error instanceof HuxleyError)) throw error;
      answerError(response, 403, error.message, error.remedy);
    }
  }

  async #opened(key: RunKey): Promise<ServedRun & { readonly documents: RunDocuments }> {
    const name = `${key.repository} ${key.run}`;
    const known = this.#open.get(name);
    if (known !== undefined) {
      this.#open.delete(name);
      this.#open.set(name, known);
      return known;
    }
    const { store, forges, apiURL } = this.#parts;
    const documents = new RunDocuments(store, key);
    const attachments = attachmentsOnGitHub(await forges.forge(key.repository), documents);
    const url = `${webAddress(apiURL)}/${key.repository}`;
    const source = storedRun(store, key, documents, { url, attachments });
    const opened = { source, documents, changes: new Changes(source) };
    this.#open.set(name, opened);
    for (const [oldest, { changes }] of this.#open) {
      if (this.#open.size <= MAX_OPEN) break;
      if (changes.listeners === 0) this.#open.delete(oldest);
    }
    return opened;
  }

  #listeners(): number {
    return [...this.#open.values()].reduce((sum, { changes }) => sum + changes.listeners, 0);
  }
}

function redirect(response: ServerResponse, location: string, cookies: readonly string[] = []): void {
  answer(response, 303, 'text/plain', '', { location, ...(cookies.length > 0 && { 'set-cookie': cookies }) });
}

function commandIn(body: string): string | null {
  try {
    const { text } = JSON.parse(body) as { text?: unknown };
    return typeof text === 'string' && COMMAND.test(text) ? text : null;
  } catch {
    return null;
  }
}

/** A short body; nothing of a longer one. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
