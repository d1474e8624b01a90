import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticate } from '../auth/authenticate.ts';
import { Failure } from '../http/failure.ts';
import type { ServerContext } from '../server-context.ts';
import type { User } from '../store/rows.ts';
import type { Html } from './html.ts';

/** GitHub's own limit on a secret is 48 KB. */
const MAX_FORM = 100_000;
export const COOKIE = 'local_github';

/** The fields of a form that was posted; none of one that is too long. */
export async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MAX_FORM) return new URLSearchParams();
  }
  return new URLSearchParams(text);
}

/** The person whose own token this is. */
export function personOf({ store, now }: ServerContext, token: string): User | null {
  try {
    const actor = authenticate(store, `token ${token}`, now());
    return actor.type === 'user' && actor.app === undefined ? actor.user : null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** The token that a browser brings along once it was at `/_signin`. */
export function tokenIn(request: IncomingMessage): string | null {
  const cookie = new RegExp(`(?:^|; )${COOKIE}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1];
  try {
    return cookie === undefined ? null : decodeURIComponent(cookie);
  } catch {
    return null;
  }
}

/** Sends a page whose forms lead to the sources of `formAction`, redirects included. */
export function sayPage(response: ServerResponse, status: number, { text }: Html, formAction = "'none'"): boolean {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    // A browser holds where a form leads on to against this, too.
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action ${formAction}`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(text);
  return true;
}

/** Sends a browser on to another page. */
export function sendOn(response: ServerResponse, location: string): boolean {
  response.writeHead(302, { location, 'cache-control': 'no-store' });
  response.end();
  return true;
}
