import type { CallPath } from './admit.ts';
import { isMessages } from './refusal.ts';

/** One call on its way to the model. */
export interface UpstreamCall {
  readonly task: string;
  readonly path: CallPath;
  readonly body: string;
  /** What Anthropic's clients say besides; see `anthropicHeaders`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Where models are: an endpoint, or a recording of one. */
export interface Upstream {
  /** Throws `NotSent` when nothing reached the model; any other error leaves open what the call cost. */
  send(call: UpstreamCall): Promise<UpstreamAnswer>;
}

/** The call did not reach the model, so it cost nothing. */
export class NotSent extends Error {}

export interface Endpoint {
  /** Up to and including `/v1`, as OpenAI's clients take it. */
  readonly baseURL: string;
  readonly apiKey: string;
}

const NOTHING_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Redirects are not followed: the key goes to the configured host alone. */
export function endpoint({ baseURL, apiKey }: Endpoint): Upstream {
  const base = baseURL.replace(/\/+$/, '');
  return {
    async send({ path, body, headers, signal }) {
      try {
        const response = await fetch(base + path.slice('/v1'.length), {
          method: 'POST',
          headers: { ...keyHeaders(path, base, apiKey), ...headers, 'content-type': 'application/json' },
          body,
          signal,
          redirect: 'manual',
        });
        return { status: response.status, headers: response.headers, chunks: response.body ?? empty() };
      } catch (error) {
        const code = ((error as Error).cause as { code?: string } | undefined)?.code;
        if (code !== undefined && NOTHING_SENT.has(code))
          throw new NotSent(`the model's endpoint ${new URL(base).host} cannot be reached (${code})`, { cause: error });
        throw error;
      }
    },
  };
}

/** Anthropic wants its key in a header of its own, and takes no other; servers that speak its API take either. */
function keyHeaders(path: CallPath, base: string, apiKey: string): Record<string, string> {
  const bearer = { authorization: `Bearer ${apiKey}` };
  if (!isMessages(path)) return bearer;
  const own = { 'x-api-key': apiKey };
  return new URL(base).host === 'api.anthropic.com' ? own : { ...own, ...bearer };
}

async function* empty(): AsyncGenerator<Uint8Array> {}
