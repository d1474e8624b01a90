import type { TranscriptEntry } from './transcript.ts';

/** `error.code` of OpenAI, for a whole conversation and for one message of it; `error.type` of llama.cpp's server. */
const CODES: ReadonlySet<unknown> = new Set([
  'context_length_exceeded',
  'string_above_max_length',
  'exceed_context_size_error',
]);

/** Servers without such a code say it in words: vLLM, Anthropic's, Bedrock's and Gemini's compatible endpoints. */
const WORDS =
  /(maximum|available) context (length|size)|context (window|length)|(prompt|input) is too long|exceeds the maximum number of tokens/i;

/** A limit on the output as small as this leaves hardly less of the context to the conversation than none. */
const SMALL_LIMIT = 256;

/**
 * Whether a call was refused because its conversation is longer than the model, or the gateway, takes. Where the gateway itself
 * had set aside a part of the context for the answer, that may have been the reason, and it is not said of the conversation.
 */
export function isContextOverflow({ status, response, error, ownLimit = 0 }: TranscriptEntry): boolean {
  if (error?.startsWith('gateway.oversize:')) return true;
  if (error !== undefined && !error.startsWith('gateway.upstream:')) return false;
  if (ownLimit > SMALL_LIMIT) return false;
  const failure = failureIn(status, response);
  const words = typeof failure.message === 'string' ? failure.message : '';
  return CODES.has(failure.code) || CODES.has(failure.type) || WORDS.test(words);
}

interface Failure {
  readonly code?: unknown;
  readonly type?: unknown;
  readonly message?: unknown;
}

/** The error in a body: under `error`, as OpenAI has it, or the refusal's body itself. A stream that failed has status 200. */
function failureIn(status: number, body: string): Failure {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return status >= 400 ? { message: body } : {};
  }
  if (typeof parsed !== 'object' || parsed === null) return {};
  const error = (parsed as { readonly error?: unknown }).error;
  if (typeof error === 'object' && error !== null) return error;
  if (typeof error === 'string') return { message: error };
  return status >= 400 ? parsed : {};
}
