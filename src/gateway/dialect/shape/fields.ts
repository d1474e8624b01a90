import { isEmpty } from './content.ts';

/**
 * Fields a provider may be asked by to do more than answer, with what they do: reach beyond the conversation, or cost what cannot be
 * said beforehand. Everything else passes, known or not.
 */
const REFUSED: Readonly<Record<string, string>> = {
  previous_response_id: 'continues a conversation stored at the provider',
  conversation: 'continues a conversation stored at the provider',
  prompt: 'uses a prompt stored at the provider',
  background: 'continues at the provider when nobody waits for it',
  container: 'runs code at the provider',
  mcp_servers: 'lets the provider call other servers',
  plugins: 'lets the provider do more than answer',
  web_search_options: 'searches the web',
  search_parameters: 'searches the web',
  prediction: 'is paid for beyond the limit on the output',
  models: 'lets the provider choose another model, at another price',
  route: 'lets the provider choose another model, at another price',
  fallbacks: 'lets the provider choose another model, at another price',
  best_of: 'has several answers made',
  candidate_count: 'has several answers made',
  num_completions: 'has several answers made',
  num_return_sequences: 'has several answers made',
  speed: 'changes the price',
  inference_geo: 'changes the price',
  audio: 'makes sound, whose cost is not known beforehand',
  context_management: 'has the provider do more than answer once',
  extra_body: 'holds fields that nobody has looked at',
  extra_headers: 'changes the headers of the call',
  extra_query: 'changes the address of the call',
};

/** Names by which even an empty object may ask a provider to do more than answer. */
const REACHES_OUT =
  /search|brows|execut|interpret|ground|crawl|fetch|retriev|knowledge|internet|online|plugin|connector|mcp|audio|image|video|speech|file|attachment|stored|storage|vector|cached_content|cachedcontent|thread|assistant|webhook|callback|url/i;

/** Limits on the answer under names that only some servers know: where one does, it would pass over the gateway's. */
const OTHER_LIMITS =
  /^(?:max_new_tokens|max_tokens_to_sample|max_gen_len|max_length|max_output_length|num_predict|n_predict|max_?output_?tokens)$/i;

/**
 * Fields that are not passed on, and on which no answer depends: what clients send of themselves, and what has a server tell how it
 * came to an answer, and so what its cache held.
 */
const DROPPED: ReadonlySet<string> = new Set(
  'client_metadata prompt_cache_retention prompt_cache_options return_progress timings_per_token perf_metrics_in_response return_cached_tokens_details return_meta_info'.split(
    ' ',
  ),
);

export type Judged = 'pass' | 'drop' | { readonly why: string };

/** What becomes of a field of a call. `known` are those whose shape is checked elsewhere, or that can hold no harm. */
export function judgeField(name: string, value: unknown, known: ReadonlySet<string>): Judged {
  if (DROPPED.has(name)) return 'drop';
  if (known.has(name)) return 'pass';
  if (OTHER_LIMITS.test(name)) return { why: 'limits the answer by another name than `max_tokens`' };
  const refused = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
  const holdsNothing = isEmpty(value);
  const isObject = typeof value === 'object' && value !== null;
  // An empty object may switch something on; an empty list cannot.
  if (refused !== undefined) return holdsNothing && (!isObject || Array.isArray(value)) ? 'drop' : { why: refused };
  if (REACHES_OUT.test(name) && (isObject || !holdsNothing)) return { why: 'may reach beyond this conversation' };
  const remote = holdsNothing ? undefined : remoteIn(value);
  return remote === undefined ? 'pass' : { why: `names something elsewhere (${remote})` };
}

/** What inside a value a provider would have to fetch: an address, or the name of something stored. */
function remoteIn(value: unknown): string | undefined {
  if (typeof value === 'string') return /^(?:https?|ftp|s3|gs|file):/i.test(value) ? value.slice(0, 60) : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const stored = /^(?:(?:file|vector_store|response|conversation|container|asset)_ids?|cached_?content)$/i;
    if (!Array.isArray(value) && (stored.test(name) || OTHER_LIMITS.test(name))) return name;
    const found = remoteIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
