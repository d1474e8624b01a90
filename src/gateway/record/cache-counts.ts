import { jsonOf } from '../dialect/sse.ts';

/**
 * An answer that says nothing of the provider's prompt cache: what was read from it is counted as input like any other. A prefix
 * that one attempt sends and another finds cached would be a message between them.
 */
export function withoutCacheCounts(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(withoutCacheCounts);
  if (!isObject(answer)) return answer;
  const told = Object.entries(answer).filter(
    ([name, value]) => !MEASURED.has(name) && !(typeof value === 'number' && TIMED.test(name)),
  );
  return Object.fromEntries(
    told.map(([name, value]) => [name, SAID.has(name) ? value : uncached(name, value, answer)]),
  );
}

/** Where the model's words and calls are, and what a client sent comes back: nothing there is the provider's count. */
const SAID: ReadonlySet<string> = new Set('content arguments input output tools text instructions metadata'.split(' '));

/** What servers tell of how they came to an answer. */
const MEASURED: ReadonlySet<string> = new Set(['timings', 'prompt_progress', 'perf_metrics', 'time_info']);
/** Reading a cached prefix takes hardly any time: `prompt_time` (Groq, Cerebras), `time_to_first_token` (SambaNova). */
const TIMED = /(?:^|_)(?:time|latency|duration|per_sec(?:ond)?)(?:_|$)/i;

/** The same for events as they are sent; those that say nothing of it stay as they are, byte for byte. */
export function eventsWithoutCacheCounts(text: string): string {
  if (!MENTIONED.test(text)) return text;
  return text
    .split(/(?<=\r?\n\r?\n)/)
    .map((event) => {
      const json = MENTIONED.test(event) ? jsonOf(event) : undefined;
      if (json === undefined) return event;
      const clean = JSON.stringify(withoutCacheCounts(json));
      if (clean === JSON.stringify(json)) return event;
      const others = event.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('data:'));
      return `${[...others, `data: ${clean}`].join('\n')}\n\n`;
    })
    .join('');
}

const MENTIONED =
  /cache|cost|discount|"(?:timings|prompt_progress|perf_metrics)"|time_|_time|latency|duration|per_sec/i;

type Fields = Readonly<Record<string, unknown>>;

function uncached(name: string, value: unknown, among: Fields): unknown {
  const { cache_read_input_tokens: read, cache_creation_input_tokens: made, prompt_cache_hit_tokens: hit } = among;
  const counted = (...counts: unknown[]) => counts.reduce<number>((sum, n) => sum + (typeof n === 'number' ? n : 0), 0);
  if (typeof value === 'number') {
    // Messages counts what was cached apart from `input_tokens`, other APIs within it.
    if (name === 'input_tokens' && among.prompt_tokens === undefined) return value + counted(read, made);
    if (name === 'prompt_cache_miss_tokens') return value + counted(hit);
    // What it cost tells how much of it was cached.
    if (/cost|discount/i.test(name)) return null;
  }
  return /cache/i.test(name) ? nothing(value) : withoutCacheCounts(value);
}

/** All inside `cache_creation` is about the cache, whatever its fields are called. */
function nothing(value: unknown): unknown {
  if (typeof value === 'number') return 0;
  if (typeof value === 'boolean') return false;
  if (Array.isArray(value)) return value.map(nothing);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, of]) => [name, nothing(of)])) : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
