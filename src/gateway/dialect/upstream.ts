import type { CallPath } from './admit.ts';

/** One call on its way to the model. */
export interface UpstreamCall {
  readonly task: string;
  readonly path: CallPath;
  readonly body: string;
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
    async send({ path, body, signal }) {
      try {
        const response = await fetch(base + path.slice('/v1'.length), {
          method: 'POST',
          headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
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

async function* empty(): AsyncGenerator<Uint8Array> {}
