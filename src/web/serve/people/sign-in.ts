import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { HuxleyError } from '../../../model/error.ts';
import { Seal } from './seal.ts';

/** What *Sign in with GitHub* needs: the App's own OAuth client, and where people reach this server. */
export interface SignInSettings {
  /** Without a slash at the end, e.g. `https://huxley.example.com`. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Somebody who is signed in. */
export interface Session {
  readonly login: string;
  /** Speaks for the person where the App may act as well. */
  readonly token: string;
  /** Comes with every command, which other sites cannot read. */
  readonly csrf: string;
}

const CALLBACK = '/runs/auth/callback';
/** GitHub's own limit on a code. */
const SIGN_IN_SECONDS = 600;
/** Of a session: GitHub's user tokens end after eight hours. */
const MAX_SECONDS = 8 * 3_600;

const sessionSchema = z.strictObject({ login: z.string(), token: z.string(), csrf: z.string() });
const begunSchema = z.strictObject({ state: z.string(), verifier: z.string(), to: z.string() });
const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().optional() });

const random = () => randomBytes(32).toString('base64url');

/**
 * GitHub's web application flow with state and PKCE (docs.github.com, "Generating a user access token for a GitHub App"). What there is to
 * remember is sealed in the person's own cookies, so any process of the App can go on.
 */
export class SignIn {
  readonly #settings: SignInSettings;
  readonly #github: string;
  readonly #api: string;
  readonly #sessions: Seal;
  readonly #begun: Seal;

  /** @param github where people look at GitHub, @param api where its REST API is */
  constructor(settings: SignInSettings, github: string, api: string, secret: string) {
    this.#settings = settings;
    this.#github = github;
    this.#api = api;
    this.#sessions = new Seal(secret, 'session');
    this.#begun = new Seal(secret, 'sign-in');
  }

  /** The session a request belongs to; null for none. */
  session(request: IncomingMessage): Session | null {
    const parsed = sessionSchema.safeParse(this.#sessions.open(cookieOf(request, this.#name('session')) ?? ''));
    return parsed.success ? parsed.data : null;
  }

  /** Where to send somebody who is to come back to a path of this server, and the cookie that goes along. */
  begin(to: string): { readonly location: string; readonly cookie: string } {
    const [state, verifier] = [random(), random()];
    const query = new URLSearchParams({
      client_id: this.#settings.clientId,
      redirect_uri: this.#settings.url + CALLBACK,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const sealed = this.#begun.seal({ state, verifier, to: ownPath(to) }, SIGN_IN_SECONDS);
    return {
      location: `${this.#github}/login/oauth/authorize?${query}`,
      cookie: this.#cookie('sign-in', sealed, SIGN_IN_SECONDS),
    };
  }

  /** Somebody has come back from GitHub. @throws HuxleyError `sign-in.failed` */
  async finish(request: IncomingMessage, query: URLSearchParams): Promise<{ to: string; cookies: readonly string[] }> {
    const parsed = begunSchema.safeParse(this.#begun.open(cookieOf(request, this.#name('sign-in')) ?? ''));
    if (!parsed.success) throw failed('It was begun too long ago, or in another browser.');
    const { state, verifier, to } = parsed.data;
    if (!alike(state, query.get('state') ?? '')) throw failed('It was not begun here.');
    const code = query.get('code');
    if (!code) throw failed('GitHub did not let you in, or you declined.');
    const { access_token: token, expires_in: seconds = MAX_SECONDS } = await this.#exchange(code, verifier);
    const login = await this.#loginOf(token);
    const lasts = Math.min(MAX_SECONDS, seconds);
    const sealed = this.#sessions.seal({ login, token, csrf: random() } satisfies Session, lasts);
    return { to, cookies: [this.#cookie('session', sealed, lasts), this.#cookie('sign-in', '', 0)] };
  }

  /**
   * Ends a session here and its token on GitHub; gives the cookie that forgets it, whatever GitHub answers, and where a person can end
   * a token that GitHub did not; null where it did.
   */
  async end({ token }: Session): Promise<{ readonly cookie: string; readonly revokeAt: string | null }> {
    const { clientId, clientSecret } = this.#settings;
    const answer = await fetch(`${this.#api}/applications/${clientId}/token`, {
      method: 'DELETE',
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ access_token: token }),
      signal: AbortSignal.timeout(10_000),
    }).catch(() => null);
    await answer?.body?.cancel().catch(() => undefined);
    // One that GitHub does not know any more is over.
    const ended = answer !== null && (answer.ok || answer.status === 404);
    return { cookie: this.forget(), revokeAt: ended ? null : `${this.#github}/settings/apps/authorizations` };
  }

  forget(): string {
    return this.#cookie('session', '', 0);
  }

  /** Whether a request that changes something comes from a page of this server, in this session. */
  isOwn({ headers: { origin } }: IncomingMessage, { csrf }: Session, given: unknown): boolean {
    return origin === new URL(this.#settings.url).origin && typeof given === 'string' && alike(csrf, given);
  }

  async #exchange(code: string, verifier: string): Promise<z.infer<typeof tokenSchema>> {
    const { clientId, clientSecret, url } = this.#settings;
    const answer = await fetch(`${this.#github}/login/oauth/access_token`, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({
        client_id: clientId,
        client_secret: clientSecret,
        code,
        code_verifier: verifier,
        redirect_uri: url + CALLBACK,
      }),
      signal: AbortSignal.timeout(10_000),
    });
    const parsed = tokenSchema.safeParse(await answer.json());
    if (parsed.success) return parsed.data;
    throw failed('GitHub gave no token for its code.');
  }

  async #loginOf(token: string): Promise<string> {
    const answer = await fetch(`${this.#api}/user`, {
      headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    const parsed = z.object({ login: z.string() }).safeParse(await answer.json());
    if (parsed.success) return parsed.data.login;
    throw failed('GitHub does not say who you are.');
  }

  get #secure(): boolean {
    return this.#settings.url.startsWith('https:');
  }

  /** With the prefix no other host's or path's cookie can take its place. */
  #name(name: string): string {
    return `${this.#secure ? '__Host-' : ''}huxley-${name}`;
  }

  #cookie(name: string, value: string, seconds: number): string {
    const secure = this.#secure ? '; Secure' : '';
    return `${this.#name(name)}=${value}; Path=/; Max-Age=${Math.floor(seconds)}; HttpOnly; SameSite=Lax${secure}`;
  }
}

function failed(why: string): HuxleyError {
  return new HuxleyError('sign-in.failed', `You are not signed in: ${why}`, 'Sign in again.');
}

/** A path of the pages here; whatever else was asked for, their start. */
function ownPath(to: string): string {
  return /^\/runs(?:[/?#][\x21-\x7e]*)?$/.test(to) && !to.includes('\\') && !to.startsWith('/runs/auth') ? to : '/runs';
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const all = (request.headers.cookie ?? '').split('; ');
  return all.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
}

function alike(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
