import type { TokenCount } from '../money/prices.ts';
import type { AdmittedCall, CallPath } from './admit.ts';

/** How one endpoint wants one model to be asked; begins as OpenAI documents it, and is learned from refusals. */
export interface Dialect {
  readonly limitField: 'max_completion_tokens' | 'max_tokens' | 'max_output_tokens';
  /** It refuses the other field that says the same. */
  readonly refusesOther: boolean;
  /** Whether a stream may be asked for its usage. */
  readonly streamUsage: boolean;
  /** Optional fields the endpoint refuses for this model. */
  readonly without: readonly string[];
  /** Hints of what to cache, which the endpoint refuses. */
  readonly withoutHints: boolean;
  /** Output tokens the endpoint takes at most, as it said itself. */
  readonly mostOutput: number;
}

/** What is sent, and the most it can use. */
export interface Composed {
  readonly body: string;
  readonly most: TokenCount;
  /** Output tokens of one answer. */
  readonly limit: number;
  /** The limit is the gateway's: the client named none. */
  readonly ownLimit: boolean;
  /** Chat Completions streams report usage only on request; when the client did not ask, the report is kept from it. */
  readonly hideUsage: boolean;
}

/** The most a picture is counted as, whatever its bytes (platform.openai.com, "Images and vision": gpt-4o-mini's largest). */
const IMAGE_TOKENS = 50_000;

/** Tokens a provider may add around a conversation. A byte-level tokenizer never makes more tokens than bytes. */
const FRAMING_TOKENS = 256;

/** Fields without which a question is the same question. */
const OPTIONAL =
  'temperature top_p top_k min_p seed presence_penalty frequency_penalty repetition_penalty logit_bias logprobs top_logprobs parallel_tool_calls reasoning_effort reasoning verbosity store metadata user safety_identifier prompt_cache_key prompt_cache_retention service_tier stream_options n stop modalities truncation include text'.split(
    ' ',
  );

/** Fields without which it is another question. */
const ESSENTIAL: ReadonlySet<string> = new Set(
  'model messages input instructions system tools tool_choice stream response_format functions function_call thinking output_config'.split(
    ' ',
  ),
);

const LIMIT_FIELD: Readonly<Record<CallPath, Dialect['limitField']>> = {
  '/v1/chat/completions': 'max_completion_tokens',
  '/v1/responses': 'max_output_tokens',
  '/v1/messages': 'max_tokens',
  '/v1/messages/count_tokens': 'max_tokens',
};

export function firstDialect(path: CallPath): Dialect {
  return {
    limitField: LIMIT_FIELD[path],
    refusesOther: false,
    streamUsage: path === '/v1/chat/completions',
    without: [],
    withoutHints: false,
    mostOutput: Number.POSITIVE_INFINITY,
  };
}

export function compose(call: AdmittedCall, dialect: Dialect, maxOutputTokens: number): Composed {
  const free = call.path === '/v1/messages/count_tokens';
  const limit = free ? 0 : Math.min(call.asked ?? maxOutputTokens, maxOutputTokens, dialect.mostOutput);
  const fields: Record<string, unknown> = { ...call.fields, ...(free ? {} : { [dialect.limitField]: limit }) };
  if (call.path === '/v1/messages') fields.thinking = thinkingWithin(fields.thinking, limit);
  const usageAsked = asksForUsage(fields.stream_options);
  if (call.stream && dialect.streamUsage)
    fields.stream_options = { ...(fields.stream_options as object | undefined), include_usage: true };
  for (const field of dialect.without) delete fields[field];
  const body = JSON.stringify(fields, dialect.withoutHints ? withoutHints : shortHints);
  const input = free ? 0 : Buffer.byteLength(body) + FRAMING_TOKENS + call.images * IMAGE_TOKENS;
  return {
    body,
    most: { input, cached: 0, ...writtenAtMost(body, input), output: limit * call.choices },
    limit,
    ownLimit: call.asked === null,
    hideUsage: call.stream && call.path === '/v1/chat/completions' && !usageAsked,
  };
}

/** Thinking has to end before the answer's limit, and takes 1,024 tokens at least. */
function thinkingWithin(thinking: unknown, limit: number): unknown {
  const { budget_tokens: budget } = (thinking ?? {}) as { readonly budget_tokens?: unknown };
  if (typeof budget !== 'number' || budget < limit) return thinking;
  return limit > 1_024 ? { ...(thinking as object), budget_tokens: limit - 1 } : { type: 'disabled' };
}

/** What is to be cached costs more than what is only read: all of it, at the most. */
function writtenAtMost(body: string, input: number): { written?: number } {
  return body.includes('"cache_control"') ? { written: input } : {};
}

/** What is kept for longer than the usual five minutes would reach the attempts that come after. */
const shortHints = (name: string, value: unknown): unknown => {
  if (name !== 'cache_control' || typeof value !== 'object' || value === null) return value;
  const { ttl, ...hint } = value as { readonly ttl?: unknown };
  return ttl === '5m' ? value : hint;
};

const withoutHints = (name: string, value: unknown): unknown => (name === 'cache_control' ? undefined : value);

function asksForUsage(options: unknown): boolean {
  return (options as { readonly include_usage?: unknown } | null | undefined)?.include_usage === true;
}

/** A refusal for how something was asked, not for what. */
export interface Lesson {
  readonly change: Partial<Dialect>;
  /** Holds for later calls too, once an answer has shown that it is right. */
  readonly lasting: boolean;
}

const UNKNOWN =
  /unsupported|not supported|does not support|doesn't support|unknown|unrecogni[sz]ed|unexpected|extra|not permitted|not allowed|not available|deprecated|instead|invalid (field|param|argument|key)/i;
const TOO_MUCH = /too (large|big|high|many)|at most|exceed|maximum|less than|greater than|must be|context|up to/i;
const SMALLEST = 256;

/**
 * What a 400 or 422 teaches about how to ask; `null` when it is about the conversation. A field's name in the error may be an
 * echo of the client's own words: then only a structured `param` or `loc` is believed.
 */
export function lessonOf(refusal: string, call: AdmittedCall, sent: Composed, dialect: Dialect): Lesson | null {
  const { names, words } = readRefusal(refusal);
  const own = JSON.stringify(call.fields);
  const isAbout = (field: string) =>
    names.includes(field) || (new RegExp(`\\b${field}\\b`).test(words) && !occurs(field, call.fields, own));
  const lasting = (change: Partial<Dialect>): Lesson => ({ change, lasting: true });

  if (
    call.path === '/v1/chat/completions' &&
    isAbout(dialect.limitField) &&
    UNKNOWN.test(words) &&
    !/too (large|big|high|many)/i.test(words)
  ) {
    const other = {
      max_completion_tokens: 'max_tokens',
      max_tokens: 'max_completion_tokens',
      max_output_tokens: null,
    } as const;
    const limitField = other[dialect.limitField];
    if (limitField !== null) return lasting({ limitField, refusesOther: true });
  }
  if (
    !dialect.withoutHints &&
    sent.body.includes('"cache_control"') &&
    /cache_control/.test(refusal) &&
    UNKNOWN.test(words)
  )
    return lasting({ withoutHints: true });
  if (
    dialect.streamUsage &&
    call.stream &&
    (isAbout('stream_options') || isAbout('include_usage')) &&
    UNKNOWN.test(words)
  )
    return lasting({ streamUsage: false, without: [...dialect.without, 'stream_options'] });
  const open = (field: string) => call.fields[field] !== undefined && !dialect.without.includes(field);
  const refused =
    OPTIONAL.find((field) => open(field) && isAbout(field)) ??
    // One that nobody here knows is given up where the endpoint itself names it as a field.
    Object.keys(call.fields).find((field) => !ESSENTIAL.has(field) && open(field) && names.includes(field));
  if (refused !== undefined && UNKNOWN.test(words)) return lasting({ without: [...dialect.without, refused] });
  return sent.ownLimit && sent.limit > SMALLEST && TOO_MUCH.test(words) ? smaller(words, sent) : null;
}

/** Whether the client's own words hold a name; as one of its fields it does not count. */
function occurs(name: string, fields: AdmittedCall['fields'], text: string): boolean {
  const count = text.split(name).length - 1;
  return count > (Object.hasOwn(fields, name) ? 1 : 0);
}

/** Our own limit asked for more than the model, or what the conversation leaves of its context, allows. */
function smaller(words: string, { limit }: Composed): Lesson {
  const found = (pattern: RegExp) => Number(pattern.exec(words)?.[1]?.replaceAll(/[,_]/g, '') ?? Number.NaN);
  const context = found(/(?:maximum )?context (?:length|size|window)[^\d]{0,40}([\d,_]+)/i);
  const prompt = found(/([\d,_]+)[^\d.]{0,20}(?:in|from|of) (?:the |your )?(?:messages|prompt|input|text)/i);
  const left = context - prompt - 16;
  const asMuch = found(/(?:at most|up to|maximum(?: value)?(?: of| is|:)?|<=?|less than or equal to) ?([\d,_]+)/i);
  if (left >= 16 && left < limit) return { change: { mostOutput: left }, lasting: false };
  if (asMuch >= 16 && asMuch < limit) return { change: { mostOutput: asMuch }, lasting: true };
  return { change: { mostOutput: Math.max(SMALLEST, Math.floor(limit / 4)) }, lasting: false };
}

/** The names an error gives in fields of its own, and everything it says. */
function readRefusal(text: string): { readonly names: readonly string[]; readonly words: string } {
  const names: string[] = [];
  try {
    const body = JSON.parse(text) as Record<string, unknown> | null;
    const error = (body?.error ?? body) as Record<string, unknown> | null;
    if (typeof error?.param === 'string') names.push(error.param);
    for (const { loc } of Array.isArray(body?.detail) ? (body.detail as { loc?: unknown }[]) : [])
      if (Array.isArray(loc)) names.push(String(loc.at(-1)));
  } catch {
    // its words are all there is
  }
  return { names: names.map((name) => name.split('.')[0]!), words: text.slice(0, 4_000) };
}
