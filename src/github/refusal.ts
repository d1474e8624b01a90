import { HuxleyError } from '../model/error.ts';
import { REMEDIES, UNKNOWN_REMEDY } from './remedies.ts';
import { statusOf } from './retry.ts';
import { WRITES } from './writes.ts';

/** GitHub would not do something: what, in its own words why, and what a person can do about it. */
export class GitHubRefusal extends HuxleyError {
  /** A 404 says that there is no such thing in a repository which the App can see. */
  readonly status: number;

  constructor(code: string, status: number, message: string, remedy: string, options?: ErrorOptions) {
    super(code, message, remedy, options);
    this.status = status;
  }
}

interface Request {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/** An error of Octokit's as a refusal, where GitHub answered 4xx; anything else as it is. */
export function asRefusal(error: unknown, request: Request): unknown {
  const status = statusOf(error);
  if (error instanceof HuxleyError || status === undefined || status < 400 || status >= 500) return error;
  return refusal(status, reasonOf(error), doing(request), error);
}

/** The refusal inside a GraphQL answer, which comes with status 200. */
export function asGraphqlRefusal(error: unknown, what: string): unknown {
  const [first] = (error as { errors?: readonly { type?: unknown; message?: unknown }[] } | null)?.errors ?? [];
  // Without a type it is GitHub that failed, or a question it does not understand: nothing a person can put right.
  if (error instanceof HuxleyError || first?.type === undefined) return error;
  const status = { FORBIDDEN: 403, NOT_FOUND: 404, RATE_LIMITED: 429 }[String(first.type)] ?? 422;
  return refusal(status, String(first.message ?? first.type), what, error);
}

/** A repository that GitHub hides from the App, by 404 for all that is in it: what the App may not see, it has not lost. */
export function outOfReach(repository: string, cause?: unknown): GitHubRefusal {
  return new GitHubRefusal(
    'github.out-of-reach',
    403,
    `GitHub no longer shows ${repository} to the App.`,
    'Check that the App is installed on this repository. Huxley tries again by itself.',
    { cause },
  );
}

function refusal(status: number, reason: string, what: string, cause: unknown): GitHubRefusal {
  const found = REMEDIES.find((rule) => (rule.status ?? status) === status && (rule.says?.test(reason) ?? true));
  const { code, remedy } = found ?? UNKNOWN_REMEDY;
  return new GitHubRefusal(
    `github.${code}`,
    status,
    `GitHub refused to ${what} (${status}${reason && `: ${reason}`}).`,
    remedy,
    { cause },
  );
}

/** What was asked of GitHub, in words. */
function doing({ method = 'GET', url = '' }: Request): string {
  const path = url.replace(/^https?:\/\/[^/]+(\/api\/v3)?/, '').replace(/\?.*$/, '');
  const written = WRITES.find((write) => write.method === method && write.path.test(path));
  return written?.words ?? (method === 'GET' ? `show ${path}` : `answer ${method} ${path}`);
}

/** GitHub's own words, as one line that no Markdown reads as anything but text. */
function reasonOf(error: unknown): string {
  const data = (error as { response?: { data?: unknown } }).response?.data;
  const { message, errors } = (typeof data === 'object' && data !== null ? data : {}) as {
    readonly message?: unknown;
    readonly errors?: unknown;
  };
  const more = Array.isArray(errors) ? errors.map(detailOf).filter(Boolean) : [];
  return [typeof message === 'string' ? message : '', ...more]
    .join(' ')
    .replace(/[^\P{C}\n\r\t]/gu, '')
    .replace(/[`<>|*_[\]\\]/g, ' ')
    .replace(/@(?=\w)/g, '@ ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '')
    .slice(0, 180);
}

function detailOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const { message, field, code } = (error ?? {}) as Readonly<Record<string, unknown>>;
  return typeof message === 'string' ? message : [field, code].filter((part) => typeof part === 'string').join(' ');
}
