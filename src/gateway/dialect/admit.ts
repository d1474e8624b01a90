import type { Effort } from '../../model/limits/effort.ts';
import type { PriceBook } from '../money/prices.ts';
import { isMessages, Refusal } from './refusal.ts';
import {
  complaintOfInput,
  complaintOfMessages,
  complaintOfTools,
  imagesIn,
  isTooDeep,
  shown,
} from './shape/content.ts';
import { pinEffort } from './shape/effort.ts';
import { judgeField } from './shape/fields.ts';
import * as anthropic from './shape/messages.ts';

/** The calls that reach a model; the last one only counts tokens, and costs nothing. */
export const CALL_PATHS = [
  '/v1/chat/completions',
  '/v1/responses',
  '/v1/messages',
  '/v1/messages/count_tokens',
] as const;
export type CallPath = (typeof CALL_PATHS)[number];

/** A call that may be passed on. What is sent is composed from it, in the words of the endpoint: see dialect.ts. */
export interface AdmittedCall {
  readonly path: CallPath;
  /** The allowed model that is asked; the client may have called it by another of its names. */
  readonly model: string;
  readonly stream: boolean;
  /** The client's fields, but for those that limit the output: that limit is the gateway's to set. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Output tokens the client asked for, the least where it named several; `null` where it named none. */
  readonly asked: number | null;
  /** Answers to one question, 1 to 16. */
  readonly choices: number;
  /** Pictures among the content. */
  readonly images: number;
  /** Nothing in it has a provider leave parts of the conversation out: what it is counted as is all of it. */
  readonly plain: boolean;
  /** Headers that go with it. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AdmissionRules {
  readonly models: readonly string[];
  /** The prices of a model's provider: they tell an alias and a dated name of an allowed model. */
  readonly bookOf?: (model: string) => PriceBook;
  /** Whether pictures are allowed, as bytes. */
  readonly images?: boolean;
  /** How hard the model thinks, whatever is asked; left to the agent where absent. */
  readonly effort?: Effort | undefined;
  /** Takes the place of the client's name for its share of the provider's cache, which others could use too. */
  readonly cacheKey?: string;
}

/** Fields that neither reach beyond the conversation nor cost anything but its tokens. */
const COMMON =
  'model stream temperature top_p top_k min_p seed tools tool_choice parallel_tool_calls user metadata store safety_identifier prompt_cache_key service_tier verbosity reasoning modalities';
const FIELDS: Readonly<Record<CallPath, ReadonlySet<string>>> = {
  '/v1/chat/completions': new Set(
    `${COMMON} messages n stop response_format stream_options reasoning_effort frequency_penalty presence_penalty repetition_penalty logit_bias logprobs top_logprobs functions function_call include_reasoning reasoning_format enable_thinking thinking thinking_budget chat_template_kwargs min_tokens stop_token_ids top_a typical_p repeat_penalty length_penalty skip_special_tokens cache_prompt usage`.split(
      ' ',
    ),
  ),
  '/v1/responses': new Set(
    `${COMMON} input instructions text include truncation max_tool_calls stream_options top_logprobs`.split(' '),
  ),
  '/v1/messages': new Set(
    `${COMMON} messages system stop_sequences thinking output_config context_management`.split(' '),
  ),
  '/v1/messages/count_tokens': new Set('model messages system tools tool_choice thinking output_config'.split(' ')),
};

const isPlain = (path: CallPath, fields: object): boolean =>
  Object.keys(fields).every((name) => FIELDS[path].has(name) && name !== 'context_management' && name !== 'truncation');

/** Every name servers know a limit on the output by. One is sent, the gateway's own. */
const LIMIT_FIELDS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'] as const;

/** Refuses what is not allowed or could cost more than its tokens. */
export function admit(path: CallPath, raw: string, rules: AdmissionRules): AdmittedCall {
  const body = parse(raw);
  if (isTooDeep(body)) throw bad('the request is nested too deeply', 'Send text; 64 levels are the limit.');
  const model = modelOf(body.model, rules);
  const asked = askedOf(body);
  const fields: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(body)) {
    if ((LIMIT_FIELDS as readonly string[]).includes(field)) continue;
    const judged = judgeField(field, value, FIELDS[path]);
    if (typeof judged === 'object')
      throw bad(`field '${shown(field)}' is not passed on by the gateway: it ${judged.why}`, 'Leave it out.');
    if (judged === 'pass') fields[field] = value;
  }
  if (typeof fields.prompt_cache_key === 'string' && rules.cacheKey !== undefined)
    fields.prompt_cache_key = rules.cacheKey;
  else delete fields.prompt_cache_key;
  fields.model = model;
  checkContent(path, fields);
  if (rules.effort !== undefined) pinEffort(path, fields, rules.effort);
  const images = imagesIn([fields.messages, fields.input, fields.system]);
  if (images > 0 && rules.images !== true)
    throw bad(
      'pictures are not allowed here',
      'Send text; the repository’s owner may allow them with `models.images: true`.',
    );
  const tiers = path === '/v1/messages' ? ['auto', 'standard_only'] : ['auto', 'default', 'flex'];
  if (![undefined, null, ...tiers].includes(fields.service_tier as string | null | undefined))
    throw bad(`only the service tiers ${tiers.slice(1).join(' and ')} are priced`, "Leave 'service_tier' out.");
  // 'auto' lets the provider choose a tier that costs more.
  if (fields.service_tier === 'auto' || fields.service_tier === null) delete fields.service_tier;
  if (![undefined, null, true, false].includes(fields.stream as boolean | null | undefined))
    throw bad("'stream' is neither true nor false", 'Send true or false.');
  const choices = fields.n ?? 1;
  if (!isCount(choices) || choices > 16) throw bad("'n' is not a whole number from 1 to 16", "Leave 'n' out.");
  return { path, model, stream: fields.stream === true, fields, asked, choices, images, plain: isPlain(path, fields) };
}

function checkContent(path: CallPath, fields: Record<string, unknown>): void {
  const complain = (complaint: string | undefined, remedy: string) => {
    if (complaint !== undefined) throw bad(complaint, remedy);
  };
  const ownTools = "Declare tools of type 'function' or 'custom' and run them in the workspace.";
  if ((fields.tools ?? null) !== null)
    complain((isMessages(path) ? anthropic.complaintOfTools : complaintOfTools)(fields.tools), ownTools);
  const { type } = (fields.tool_choice ?? {}) as { readonly type?: unknown };
  if (
    !['function', 'custom', 'allowed_tools', 'auto', 'any', 'none', 'required', 'tool', undefined].includes(
      type as string,
    )
  )
    complain(`a tool choice of type '${shown(type)}' is not allowed`, ownTools);
  const modalities = fields.modalities ?? ['text'];
  if (!Array.isArray(modalities) || modalities.some((kind) => kind !== 'text'))
    throw bad("field 'modalities' may name only 'text'", "Leave 'modalities' out.");
  if (isMessages(path)) {
    complain(anthropic.complaintOfMessages(fields.messages), 'Send text.');
    complain(anthropic.complaintOfSystem(fields.system ?? null), 'Send text.');
    complain(complaintOfEdits(fields.context_management), 'Leave it out.');
  } else if (path === '/v1/chat/completions') complain(complaintOfMessages(fields.messages), 'Send text.');
  else for (const field of ['input', 'instructions']) complain(complaintOfInput(fields[field] ?? null), 'Send text.');
}

/** The allowed model a client means: by its name, an alias, or a dated name of the same model. */
function modelOf(named: unknown, { models, bookOf }: AdmissionRules): string {
  if (typeof named !== 'string') throw bad("the request names no 'model'", 'Send the value of HUXLEY_MODEL.');
  if (models.includes(named)) return named;
  const meant = models.find((model) => {
    const entry = bookOf?.(model).entry(named);
    return entry !== undefined && bookOf?.(model).entry(model) === entry;
  });
  if (meant !== undefined) return meant;
  throw new Refusal(
    403,
    'gateway.model',
    `model '${shown(named)}' is not allowed here; allowed: ${models.join(', ')}`,
    'Use the model named by HUXLEY_MODEL.',
  );
}

/** What the provider may do to the conversation before it reads it: leave parts out. */
function complaintOfEdits(value: unknown): string | undefined {
  const { edits = [] } = (value ?? {}) as { readonly edits?: unknown };
  const wrong = Array.isArray(edits)
    ? edits.find((edit) => !/^clear_\w+_\d{8}$/.test(String((edit as { type?: unknown } | null)?.type)))
    : edits;
  return wrong === undefined ? undefined : 'an unknown change of the context is not allowed';
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
