import { nonsense } from '../dialect/refusal.ts';
import { isTooDeep } from '../dialect/shape/content.ts';
import { REMOVED, type Redactor } from './redact.ts';

/** One text of an event, and where to put another in its place. */
interface Leaf {
  readonly channel: string;
  text: string;
  readonly put: (text: string) => void;
}

interface Held {
  readonly raw: string;
  readonly json: unknown;
  changed: boolean;
}

interface Channel {
  /** The end of what has been passed on. */
  sent: string;
  held: { leaf: Leaf; event: Held }[];
}

/** Characters of a channel's past that are looked at again; longer than any secret in any form. */
const PAST = 600;
const MOST_CHANNELS = 256;
const MOST_HELD = 1_000;

/**
 * Removes secrets from a stream, also those whose parts come in several events. An event is held back only while a text in it
 * ends as a secret begins; otherwise it is passed on as it comes.
 */
export class StreamRedactor {
  readonly #redact: Redactor;
  readonly #channels = new Map<string, Channel>();
  #queue: Held[] = [];

  constructor(redact: Redactor) {
    this.#redact = redact;
  }

  /** What may be passed on now that this event has come. */
  push(raw: string, json: unknown): string {
    if (isTooDeep(json)) throw nonsense(raw);
    const event: Held = { raw, json, changed: false };
    this.#queue.push(event);
    for (const leaf of leavesOf(json)) this.#add(leaf, event);
    const waiting = [...this.#channels.values()].some(({ held }) => held.length > 0);
    return waiting && this.#queue.length < MOST_HELD ? '' : this.flush();
  }

  /** Everything held back: nothing more will come, or nothing has to wait. */
  flush(): string {
    const queue = this.#queue;
    this.#queue = [];
    for (const channel of this.#channels.values()) settle(channel);
    return queue.map((event) => this.#redact(event.changed ? rewritten(event) : event.raw)).join('');
  }

  #add(leaf: Leaf, event: Held): void {
    const channel = this.#channels.get(leaf.channel) ?? { sent: '', held: [] };
    if (!this.#channels.has(leaf.channel)) {
      const oldest = this.#channels.size >= MOST_CHANNELS ? this.#channels.keys().next().value : undefined;
      if (oldest !== undefined) this.#channels.delete(oldest);
      this.#channels.set(leaf.channel, channel);
    }
    channel.held.push({ leaf, event });
    const whole = channel.sent + channel.held.map((one) => one.leaf.text).join('');
    const clean = this.#redact(whole);
    if (clean !== whole) {
      const rest = clean.startsWith(channel.sent)
        ? clean.slice(channel.sent.length)
        : clean.slice(clean.indexOf(REMOVED));
      for (const [at, one] of channel.held.entries()) {
        one.leaf.text = at === 0 ? rest : '';
        one.leaf.put(one.leaf.text);
        one.event.changed = true;
      }
    }
    if (!this.#redact.pending(clean)) settle(channel);
  }
}

function settle(channel: Channel): void {
  if (channel.held.length === 0) return;
  channel.sent = (channel.sent + channel.held.map(({ leaf }) => leaf.text).join('')).slice(-PAST);
  channel.held = [];
}

function rewritten({ raw, json }: Held): string {
  const others = raw.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('data:'));
  return `${[...others, `data: ${JSON.stringify(json)}`].join('\n')}\n\n`;
}

/** The texts of an event by what they continue: the same place of the same choice, item or call. */
function leavesOf(json: unknown, channel = '', found: Leaf[] = []): Leaf[] {
  if (typeof json !== 'object' || json === null) return found;
  const holder = json as Record<string, unknown>;
  const place = `${channel}${idOf(holder)}`;
  for (const [name, value] of Object.entries(holder)) {
    const at = Array.isArray(json) && hasIndex(value) ? `${place}[]` : `${place}.${name}`;
    if (typeof value === 'string')
      found.push({
        channel: at,
        text: value,
        put: (text) => {
          holder[name] = text;
        },
      });
    else leavesOf(value, at, found);
  }
  return found;
}

const PLACES = ['index', 'output_index', 'content_index', 'summary_index', 'item_id', 'type'] as const;

function idOf(holder: Readonly<Record<string, unknown>>): string {
  return PLACES.map((name) => (Object.hasOwn(holder, name) ? `#${String(holder[name]).slice(0, 80)}` : '')).join('');
}

function hasIndex(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'index' in value;
}
