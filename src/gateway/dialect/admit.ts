import { complaintOfInput, complaintOfMessages, complaintOfTools, isEmpty, isTooDeep, shown } from './content.ts';
import { Refusal } from './refusal.ts';

/** The two calls that reach a model. */
export const CALL_PATHS = ['/v1/chat/completions', '/v1/responses'] as const;
export type CallPath = (typeof CALL_PATHS)[number];

/** A call that may be passed on. What is sent is composed from it, in the words of the endpoint: see dialect.ts. */
export interface AdmittedCall {
  readonly path: CallPath;
  readonly model: string;
  readonly stream: boolean;
  /** The client's fields, but for those that limit the output: that limit is the gateway's to set. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Output tokens the client asked for, the least where it named several; `null` where it named none. */
  readonly asked: number | null;
  /** Answers to one question, 1 to 16. */
  readonly choices: number;
}

export interface AdmissionRules {
  readonly models: readonly string[];
}

/** Fields that neither reach beyond the conversation nor cost anything but its tokens. */
const COMMON =
  'model stream temperature top_p top_k min_p seed tools tool_choice parallel_tool_calls user metadata store safety_identifier prompt_cache_key prompt_cache_retention service_tier verbosity reasoning modalities';
const FIELDS: Readonly<Record<CallPath, ReadonlySet<string>>> = {
  '/v1/chat/completions': new Set(
    `${COMMON} messages n stop response_format stream_options reasoning_effort frequency_penalty presence_penalty repetition_penalty logit_bias logprobs top_logprobs functions function_call include_reasoning reasoning_format enable_thinking thinking thinking_budget chat_template_kwargs min_tokens stop_token_ids top_a typical_p repeat_penalty length_penalty skip_special_tokens cache_prompt usage`.split(
      ' ',
    ),
  ),
  '/v1/responses': new Set(
    `${COMMON} input instructions text include truncation max_tool_calls stream_options top_logprobs`.split(' '),
  ),
};

/** What clients say of themselves: no answer depends on it, and it is not passed on. */
const DROPPED: ReadonlySet<string> = new Set(['client_metadata']);

/** Every name servers know a limit on the output by. One is sent, the gateway's own. */
const LIMIT_FIELDS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'] as const;

/** Fields by which even an empty object asks a provider to do more than answer. */
const REACHES_OUT = /search|brows|execut|interpret|ground|crawl|fetch|plugin|connector|mcp|audio|image|video|speech/i;

/** Refuses what is not allowed or could cost more than its tokens. */
export function admit(path: CallPath, raw: string, rules: AdmissionRules): AdmittedCall {
  const body = parse(raw);
  if (isTooDeep(body)) throw bad('the request is nested too deeply', 'Send text; 64 levels are the limit.');
  const model = body.model;
  if (typeof model !== 'string') throw bad("the request names no 'model'", 'Send the value of HUXLEY_MODEL.');
  if (!rules.models.includes(model))
    throw new Refusal(
      403,
      'gateway.model',
      `model '${shown(model)}' is not allowed here; allowed: ${rules.models.join(', ')}`,
      'Use the model named by HUXLEY_MODEL.',
    );
  const asked = askedOf(body);
  const fields: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(body)) {
    if ((LIMIT_FIELDS as readonly string[]).includes(field) || DROPPED.has(field)) continue;
    if (
      !FIELDS[path].has(field) &&
      !(isEmpty(value) && !(value !== null && typeof value === 'object' && REACHES_OUT.test(field)))
    )
      throw bad(
        `field '${shown(field)}' is not passed on by the gateway`,
        'It is unknown, or reaches beyond this conversation; leave it out.',
      );
    fields[field] = value;
  }
  checkContent(path, fields);
  if (![undefined, null, 'auto', 'default', 'flex'].includes(fields.service_tier as string | null | undefined))
    throw bad("only the 'default' and 'flex' service tiers are priced", "Leave 'service_tier' out.");
  // 'auto' lets the provider choose a tier that costs more.
  if (fields.service_tier === 'auto' || fields.service_tier === null) delete fields.service_tier;
  if (![undefined, null, true, false].includes(fields.stream as boolean | null | undefined))
    throw bad("'stream' is neither true nor false", 'Send true or false.');
  const choices = fields.n ?? 1;
  if (!isCount(choices) || choices > 16) throw bad("'n' is not a whole number from 1 to 16", "Leave 'n' out.");
  return { path, model, stream: fields.stream === true, fields, asked, choices };
}

function checkContent(path: CallPath, fields: Record<string, unknown>): void {
  const complain = (complaint: string | undefined, remedy: string) => {
    if (complaint !== undefined) throw bad(complaint, remedy);
  };
  const ownTools = "Declare tools of type 'function' or 'custom' and run them in the workspace.";
  if ((fields.tools ?? null) !== null) complain(complaintOfTools(fields.tools), ownTools);
  const { type } = (fields.tool_choice ?? {}) as { readonly type?: unknown };
  if (
    !['function', 'custom', 'allowed_tools', 'auto', 'any', 'none', 'required', 'tool', undefined].includes(
      type as string,
    )
  )
    complain(`a tool choice of type '${shown(type)}' is not allowed`, ownTools);
  const modalities = fields.modalities ?? ['text'];
  if (!Array.isArray(modalities) || modalities.some((kind) => kind !== 'text'))
    throw bad("field 'modalities' may name 'text' alone", "Leave 'modalities' out.");
  if (path === '/v1/chat/completions') complain(complaintOfMessages(fields.messages), 'Send text.');
  else for (const field of ['input', 'instructions']) complain(complaintOfInput(fields[field] ?? null), 'Send text.');
}

function askedOf(body: Readonly<Record<string, unknown>>): number | null {
  const named = LIMIT_FIELDS.filter((field) => (body[field] ?? null) !== null);
  const wrong = named.find((field) => !isCount(body[field]));
  if (wrong !== undefined) throw bad(`'${wrong}' is not a positive whole number`, 'Send a positive whole number.');
  return named.length === 0 ? null : Math.min(...named.map((field) => body[field] as number));
}

function bad(message: string, remedy: string): Refusal {
  return new Refusal(400, 'gateway.request', message, remedy);
}

function parse(raw: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(raw);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // told below
  }
  throw bad('the request body is not a JSON object', 'Send a JSON object.');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
