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

/** Whether a call was refused because its conversation is longer than the model, or the gateway, takes. */
export function isContextOverflow({ status, response, error }: TranscriptEntry): boolean {
  if (error !== undefined) return error.startsWith('gateway.oversize:');
  const failure = failureIn(status, response);
  return CODES.has(failure.code) || CODES.has(failure.type) || WORDS.test(String(failure.message ?? ''));
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
