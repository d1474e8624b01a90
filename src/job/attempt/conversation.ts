import { createHash } from 'node:crypto';
import type { TranscriptEntry } from '../../gateway/record/transcript.ts';
import { tail } from '../../operator/trajectory.ts';
import { printable } from './printable.ts';

/**
 * A task's calls to the model as one readable text. Agents send the whole conversation with every call; only what is new
 * since the call before is written. Memory is bounded, and nothing that was asked or answered makes it throw.
 */
export class Conversation {
  readonly #characters: number;
  #lines: string[] = [];
  #size = 0;
  #dropped = 0;
  /** The turns of the call before: how many, and a digest of them. */
  #before = { turns: 0, digest: '' };
  #last: readonly string[] = [];

  /** @param characters kept, from the end */
  constructor(characters: number) {
    this.#characters = characters;
  }

  add(entry: TranscriptEntry): void {
    try {
      this.#take(entry);
    } catch {
      this.#write('[a call that cannot be shown]');
      this.#last = [];
    }
  }

  text(): string {
    const left = this.#dropped > 0 ? [`[${this.#dropped} earlier turns left out]`] : [];
    return tail(printable([...left, ...this.#lines, ...this.#last].join('\n\n')), this.#characters);
  }

  #take(entry: TranscriptEntry): void {
    const { request, error, status, response } = entry;
    this.#last = [];
    if (request === '') {
      this.#write(`[the call failed: ${error}]`);
      return;
    }
    const turns = turnsOf(request);
    const { turns: count } = this.#before;
    const continued = count > 0 && turns.length >= count && digestOf(turns.slice(0, count)) === this.#before.digest;
    if (count > 0 && !continued) this.#write('=== a new conversation');
    for (const turn of turns.slice(continued ? count : 0)) this.#write(turn);
    if (error !== undefined) this.#write(`[the call failed: ${error}]`);
    else if (status >= 400)
      this.#write(`[the model's endpoint refused the call (${status}): ${response.slice(0, 1_000)}]`);
    else if (response !== '') this.#last = answerOf(response).map((line) => tail(line, this.#characters));
    this.#before = { turns: turns.length, digest: digestOf(turns) };
  }

  /** Keeps up to twice what is asked for, so that it is seldom cut. */
  #write(line: string): void {
    this.#lines.push(tail(line, this.#characters));
    this.#size += Math.min(line.length, this.#characters) + 2;
    while (this.#size > 2 * this.#characters && this.#lines.length > 1) {
      const first = this.#lines.shift()!;
      this.#size -= first.length + 2;
      this.#dropped += 1;
    }
  }
}

export function renderConversation(entries: readonly TranscriptEntry[], characters = 10_000_000): string {
  const conversation = new Conversation(characters);
  for (const entry of entries) conversation.add(entry);
  return conversation.text();
}

function digestOf(turns: readonly string[]): string {
  const hash = createHash('sha256');
  for (const turn of turns) hash.update(turn).update('\0');
  return hash.digest('base64');
}

/** The turns of a request: messages of Chat Completions and of Messages, or input of Responses. */
function turnsOf(request: string): readonly string[] {
  const body = parse(request);
  if (body === undefined) return [request];
  const list = body.messages ?? body.input;
  const turns = Array.isArray(list) ? list.map(render) : [textOf(list)];
  const system = body.instructions ?? body.system;
  return system == null ? turns : [render({ role: 'system', content: system }), ...turns];
}

/** The model's last words; a stream is left as its events. */
function answerOf(response: string): string[] {
  const body = parse(response);
  if (body === undefined) return [response];
  if (Array.isArray(body.choices))
    return body.choices.map((choice) => render((choice as { message?: unknown } | null)?.message));
  if (Array.isArray(body.content)) return [render({ role: body.role, content: body.content })];
  return Array.isArray(body.output) ? body.output.map(render) : [response];
}

function render(message: unknown): string {
  if (typeof message !== 'object' || message === null) return textOf(message);
  const { role, content, type, tool_calls, ...rest } = message as Record<string, unknown>;
  const text = content == null ? '' : Array.isArray(content) ? content.map(partOf).join('\n') : textOf(content);
  const calls = Array.isArray(tool_calls)
    ? tool_calls.map((call) => `-> ${textOf((call as { function?: unknown } | null)?.function ?? call)}`)
    : [];
  const other = role === undefined && Object.keys(rest).length > 0 ? [textOf(rest)] : [];
  return [`## ${textOf(role ?? type ?? 'item')}`, text, ...calls, ...other].filter((part) => part !== '').join('\n');
}

function partOf(part: unknown): string {
  const { type, text, thinking, name, input, content } = (part ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof text === 'string') return text;
  if (typeof thinking === 'string') return thinking;
  if (type === 'tool_use') return `-> ${textOf({ name, arguments: input })}`;
  if (type === 'tool_result') return Array.isArray(content) ? content.map(partOf).join('\n') : textOf(content);
  return textOf(part);
}

/** Any value as text: a template would ask an object for its own `toString`, which JSON can set to anything. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
