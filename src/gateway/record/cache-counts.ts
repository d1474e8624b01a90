import { jsonOf } from '../dialect/sse.ts';

/**
 * An answer that says nothing of the provider's prompt cache: what was read from it is counted as input like any other. A prefix
 * that one attempt sends and another finds cached would be a message between them.
 */
export function withoutCacheCounts(answer: unknown): unknown {
  if (!isObject(answer)) return answer;
  const { timings: _, ...fields }: Record<string, unknown> = answer;
  for (const name of ['usage', 'x_groq']) if (isObject(fields[name])) fields[name] = uncached(fields[name]);
  for (const name of ['message', 'response'])
    if (isObject(fields[name])) fields[name] = withoutCacheCounts(fields[name]);
  if (Array.isArray(fields.choices)) fields.choices = fields.choices.map(withoutCacheCounts);
  return fields;
}

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

const MENTIONED = /cache|cost|"timings"/i;

type Fields = Readonly<Record<string, unknown>>;

function uncached(usage: Fields): Fields {
  const { cache_read_input_tokens: read, cache_creation_input_tokens: made, prompt_cache_hit_tokens: hit } = usage;
  const counted = (...counts: unknown[]) => counts.reduce<number>((sum, n) => sum + (typeof n === 'number' ? n : 0), 0);
  const one = (name: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((each) => (isObject(each) ? uncached(each) : each));
    if (isObject(value)) return uncachedIn(name, value);
    if (typeof value !== 'number') return value;
    // Messages counts what was cached apart from `input_tokens`, other APIs within it.
    if (name === 'input_tokens' && usage.prompt_tokens === undefined) return value + counted(read, made);
    if (name === 'prompt_cache_miss_tokens') return value + counted(hit);
    // What it cost tells how much of it was cached.
    if (/cost|discount/i.test(name)) return null;
    return /cache/i.test(name) ? 0 : value;
  };
  return Object.fromEntries(Object.entries(usage).map(([name, value]) => [name, one(name, value)]));
}

/** All of `cache_creation` is about the cache, whatever its fields are called. */
function uncachedIn(name: string, value: Fields): Fields {
  if (!/^cache/i.test(name)) return uncached(value);
  return Object.fromEntries(Object.entries(value).map(([of, n]) => [of, typeof n === 'number' ? 0 : n]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
