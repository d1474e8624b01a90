import type { TranscriptEntry } from '../gateway/transcript.ts';

/**
 * A task's calls to the model as one readable text. Agents send the whole conversation with every call; only what is new
 * since the call before is written.
 */
export function renderConversation(entries: readonly TranscriptEntry[]): string {
  const lines: string[] = [];
  let before: readonly string[] = [];
  for (const entry of entries) {
    if (entry.request === '') {
      lines.push(`[the call failed: ${entry.error}]`);
      continue;
    }
    const turns = turnsOf(entry.request);
    const continued = before.length > 0 && before.every((turn, i) => turns[i] === turn);
    if (before.length > 0 && !continued) lines.push('=== a new conversation');
    lines.push(...turns.slice(continued ? before.length : 0));
    if (entry.error !== undefined) lines.push(`[the call failed: ${entry.error}]`);
    else if (entry.status >= 400)
      lines.push(`[the model's endpoint refused the call (${entry.status}): ${entry.response.slice(0, 1_000)}]`);
    before = turns;
  }
  const last = entries.at(-1);
  if (last?.error === undefined && last?.response && last.status < 400) lines.push(...answerOf(last.response));
  return lines.join('\n\n');
}

/** The turns of a request: messages of Chat Completions, or input of Responses. */
function turnsOf(request: string): readonly string[] {
  const body = parse(request);
  if (body === undefined) return [request];
  const list = body.messages ?? body.input;
  const turns = Array.isArray(list) ? list.map(render) : [String(list ?? '')];
  return typeof body.instructions === 'string' ? [`## system\n${body.instructions}`, ...turns] : turns;
}

/** The model's last words; a stream is left as its events. */
function answerOf(response: string): string[] {
  const body = parse(response);
  if (body === undefined) return [response];
  if (Array.isArray(body.choices))
    return body.choices.map((choice) => render((choice as { message?: unknown })?.message));
  return Array.isArray(body.output) ? body.output.map(render) : [response];
}

function render(message: unknown): string {
  if (typeof message !== 'object' || message === null) return String(message);
  const { role, content, type, tool_calls, ...rest } = message as Record<string, unknown>;
  const text = typeof content === 'string' ? content : content == null ? '' : textParts(content);
  const calls = Array.isArray(tool_calls)
    ? tool_calls.map((call) => `-> ${JSON.stringify(call?.function ?? call)}`)
    : [];
  const other = role === undefined && Object.keys(rest).length > 0 ? [JSON.stringify(rest)] : [];
  return [`## ${role ?? type ?? 'item'}`, text, ...calls, ...other].filter((part) => part !== '').join('\n');
}

function textParts(content: unknown): string {
  if (!Array.isArray(content)) return JSON.stringify(content);
  return content.map((part) => (typeof part?.text === 'string' ? part.text : JSON.stringify(part))).join('\n');
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
