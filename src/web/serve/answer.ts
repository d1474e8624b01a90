import type { ServerResponse } from 'node:http';
import { HuxleyError } from '../../model/error.ts';

/** Of every answer: nothing runs, loads or frames that is not ours, and nothing is kept where others may find it. */
export const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  // Of other pages nobody learns an address; our own forms still say where they come from.
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'private, no-cache',
} as const;

type Extra = Readonly<Record<string, string | readonly string[]>>;

export function answer(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  extra: Extra = {},
): void {
  response.writeHead(status, { ...HEADERS, 'content-type': `${type}; charset=utf-8`, ...extra } as Record<
    string,
    string
  >);
  response.end(body);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  answer(response, status, 'application/json', JSON.stringify(value));
}

export function answerError(response: ServerResponse, status: number, error: string, remedy: string): void {
  answerJson(response, status, { error, remedy });
}

/** A HuxleyError in its own words; what else goes wrong is the server's to know. Gives whether it was one. */
export function answerFailure(response: ServerResponse, error: unknown): boolean {
  if (response.headersSent) response.destroy();
  else if (error instanceof HuxleyError)
    answerError(response, error.code.startsWith('github.') ? 502 : 404, error.message, error.remedy);
  else answerError(response, 500, 'Something went wrong.', 'Try again; the log of the server says more.');
  return error instanceof HuxleyError;
}
