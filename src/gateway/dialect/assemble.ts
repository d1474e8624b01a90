import { jsonOf } from './sse.ts';

interface CallDelta {
  readonly index?: number;
  readonly id?: string;
  readonly type?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

interface ChatChunk {
  readonly choices?: readonly {
    readonly index?: number;
    readonly finish_reason?: string | null;
    readonly delta?: { readonly content?: string | null; readonly tool_calls?: readonly CallDelta[] };
  }[];
}

/** A stream's events as the answer they make together, for people to read; other text, and what makes none, stays as it is. */
export function assemble(body: string): string {
  if (!/^(data|event|id|retry|):/.test(body)) return body;
  try {
    return assembled(body);
  } catch {
    return body;
  }
}

function assembled(body: string): string {
  const events = body
    .split(/\r?\n\r?\n/)
    .map(jsonOf)
    .filter((event) => event !== undefined);
  const whole = events.findLast((event) => {
    const { response } = event as { response?: { output?: unknown; error?: unknown } };
    return response?.output !== undefined || (response?.error ?? null) !== null;
  });
  if (whole) return JSON.stringify((whole as { response: unknown }).response);
  const message = joinBlocks(events as MessageEvent[]);
  if (message) return JSON.stringify(message);
  const choices = joinChunks(events as ChatChunk[]);
  const error = events.map((event) => (event as { error?: unknown }).error).find((found) => found != null);
  return choices.length === 0 && error === undefined ? body : JSON.stringify({ choices, error });
}

interface MessageEvent {
  readonly type?: string;
  readonly index?: number;
  readonly message?: Readonly<Record<string, unknown>>;
  readonly content_block?: Readonly<Record<string, unknown>>;
  readonly delta?: Readonly<Record<string, unknown>>;
  readonly usage?: Readonly<Record<string, unknown>>;
  readonly error?: unknown;
}

/** The message that Anthropic's events make together; undefined for other events. */
function joinBlocks(events: readonly MessageEvent[]): Record<string, unknown> | undefined {
  const start = events.find(({ type }) => type === 'message_start')?.message;
  if (start === undefined) return undefined;
  const blocks = new Map<number, Record<string, unknown>>();
  const inputs = new Map<number, string>();
  let message: Record<string, unknown> = { ...start };
  for (const { type, index = 0, content_block, delta, usage, error } of events) {
    if (type === 'content_block_start') blocks.set(index, { ...content_block });
    const block = blocks.get(index);
    if (type === 'content_block_delta' && block)
      for (const [name, part] of Object.entries(delta ?? {})) {
        if (name === 'partial_json') inputs.set(index, (inputs.get(index) ?? '') + part);
        else if (name !== 'type') block[name] = `${block[name] ?? ''}${part}`;
      }
    if (type === 'message_delta') message = { ...message, ...delta, usage: { ...(message.usage as object), ...usage } };
    if (type === 'error') message = { ...message, error };
  }
  for (const [index, text] of inputs) blocks.get(index)!.input = parsed(text);
  return { ...message, content: [...blocks.values()] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function joinChunks(chunks: readonly ChatChunk[]): unknown[] {
  const joined = new Map<number, { content: string; calls: Map<number, CallDelta>; finish: string | null }>();
  for (const { index = 0, delta, finish_reason } of chunks.flatMap(({ choices }) => choices ?? [])) {
    const choice = joined.get(index) ?? { content: '', calls: new Map(), finish: null };
    joined.set(index, choice);
    choice.content += delta?.content ?? '';
    choice.finish = finish_reason ?? choice.finish;
    for (const call of delta?.tool_calls ?? []) {
      const before = choice.calls.get(call.index ?? 0);
      const args = (before?.function?.arguments ?? '') + (call.function?.arguments ?? '');
      choice.calls.set(call.index ?? 0, {
        ...before,
        ...call,
        function: { ...before?.function, ...call.function, arguments: args },
      });
    }
  }
  return [...joined].map(([index, { content, calls, finish }]) => ({
    index,
    message: { role: 'assistant', content, ...(calls.size > 0 ? { tool_calls: [...calls.values()] } : {}) },
    finish_reason: finish,
  }));
}
