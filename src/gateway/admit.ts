import { isAllowedContent, isTooDeep, refusedTool } from './content.ts';
import { Refusal } from './refusal.ts';

/** The two calls that reach a model. */
export const CALL_PATHS = ['/v1/chat/completions', '/v1/responses'] as const;
export type CallPath = (typeof CALL_PATHS)[number];

/** A call that may be passed on, with the most it can use. */
export interface AdmittedCall {
  readonly path: CallPath;
  readonly model: string;
  readonly stream: boolean;
  /** Chat Completions streams report usage only on request; when the client did not ask, the report is kept from it. */
  readonly hideUsage: boolean;
  /** What is sent on: the client's fields and the gateway's own. */
  readonly body: string;
  readonly most: { readonly input: number; readonly cached: 0; readonly output: number };
}

export interface AdmissionRules {
  readonly models: readonly string[];
  /** Output tokens one answer may have; also what is asked for when the client names no number. */
  readonly maxOutputTokens: number;
}

/** Fields that neither reach beyond the conversation nor cost anything but its tokens. */
const COMMON =
  'model stream temperature top_p top_k min_p seed tools tool_choice parallel_tool_calls user metadata store safety_identifier prompt_cache_key prompt_cache_retention service_tier verbosity';
const FIELDS: Readonly<Record<CallPath, ReadonlySet<string>>> = {
  '/v1/chat/completions': new Set(
    `${COMMON} messages max_tokens max_completion_tokens n stop response_format stream_options reasoning_effort frequency_penalty presence_penalty repetition_penalty logit_bias logprobs top_logprobs`.split(
      ' ',
    ),
  ),
  '/v1/responses': new Set(
    `${COMMON} input instructions max_output_tokens reasoning text include truncation max_tool_calls stream_options top_logprobs`.split(
      ' ',
    ),
  ),
};

/** Tokens a provider may add around a conversation. A byte-level tokenizer never makes more tokens than bytes. */
const FRAMING_TOKENS = 256;

/** Refuses what is not allowed or could cost more than its tokens; fills in what makes the cost bounded and known. */
export function admit(path: CallPath, raw: string, rules: AdmissionRules): AdmittedCall {
  const body = parse(raw);
  const bad = (message: string, remedy: string) => new Refusal(400, 'gateway.request', message, remedy);
  if (isTooDeep(body)) throw bad('the request is nested too deeply', 'Send text; 64 levels are the limit.');
  const model = body.model;
  if (typeof model !== 'string') throw bad("the request names no 'model'", 'Send the value of HUXLEY_MODEL.');
  if (!rules.models.includes(model))
    throw new Refusal(
      403,
      'gateway.model',
      `model '${model}' is not allowed here; allowed: ${rules.models.join(', ')}`,
      'Use the model named by HUXLEY_MODEL.',
    );
  for (const field of Object.keys(body))
    if (!FIELDS[path].has(field))
      throw bad(
        `the field '${field}' is not passed on by the gateway`,
        'It is unknown, or reaches beyond this conversation; leave it out.',
      );
  const tool = refusedTool(body.tools);
  if (tool !== undefined)
    throw bad(
      `tools of type '${tool}' run at the provider and are not allowed`,
      "Declare tools of type 'function' or 'custom' and run them in the workspace.",
    );
  const conversation = body[path === '/v1/responses' ? 'input' : 'messages'];
  const content = isAllowedContent(conversation);
  if (content !== true)
    throw bad(`content of type '${content}' is not allowed: its cost is not known beforehand`, 'Send text.');
  if (!['auto', 'default', 'flex', undefined].includes(body.service_tier as string | undefined))
    throw bad("only the 'default' and 'flex' service tiers are priced", "Leave 'service_tier' out.");

  const stream = body.stream === true;
  const hideUsage = stream && path === '/v1/chat/completions' && !asksForUsage(body.stream_options);
  const limitField = path === '/v1/responses' ? 'max_output_tokens' : 'max_completion_tokens';
  const asked = body[limitField] ?? body.max_tokens ?? rules.maxOutputTokens;
  if (!isCount(asked)) throw bad(`'${limitField}' is not a positive whole number`, 'Send a positive whole number.');
  const output = Math.min(asked, rules.maxOutputTokens);
  const choices = body.n ?? 1;
  if (!isCount(choices) || choices > 16) throw bad("'n' is not a whole number from 1 to 16", "Leave 'n' out.");

  const sent = JSON.stringify({
    ...body,
    ...(body.max_tokens === undefined ? { [limitField]: output } : { max_tokens: output }),
    ...(stream && path === '/v1/chat/completions'
      ? { stream_options: { ...(body.stream_options as object | undefined), include_usage: true } }
      : {}),
  });
  const most = {
    input: Buffer.byteLength(sent) + FRAMING_TOKENS,
    cached: 0 as const,
    output: output * choices,
  };
  return { path, model, stream, hideUsage, body: sent, most };
}

function parse(raw: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(raw);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new Refusal(400, 'gateway.request', 'the request body is not a JSON object', 'Send a JSON object.');
}

function asksForUsage(options: unknown): boolean {
  return (
    typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
