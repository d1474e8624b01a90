import type { Trajectory } from '../../operator/trajectory.ts';
import type { Transcript, TranscriptMessage } from '../document/document.ts';

/** What a worker's record of a conversation begins each turn with; an agent's own headings are other words. */
const TURN =
  /^## (system|developer|user|assistant|tool|function|item|message|reasoning|function_call|function_call_output|custom_tool_call|custom_tool_call_output|local_shell_call|local_shell_call_output)$/;
const CUT = /^\[\d+ (?:characters|earlier turns) left out\]$/;
/** Characters of one message, and messages, that are shown. */
const MAX_TEXT = 60_000;
const MAX_MESSAGES = 2_000;

/**
 * What was said while a task was worked on, from the record that a worker left: the conversation turn by turn, then the agent's own log, what it
 * changed, and the grader's words. The record is text, so what looks like a turn in it is taken for one.
 */
export function transcriptOf({
  statement,
  conversation,
  transcript,
  patch,
  verdict,
  evidence,
  ended,
}: Trajectory): Transcript {
  const { messages, cut } = turnsOf(conversation);
  const all = [
    ...(messages.some(({ text }) => text.includes(statement.trim())) ? [] : [said('task', statement)]),
    ...messages,
    ...(transcript === '' ? [] : [said("agent's log", transcript)]),
    said('change', patch === '' ? '(nothing)' : patch),
    said('grader', [verdict, evidence, ended].filter(Boolean).join('\n')),
  ];
  const short = all.length > MAX_MESSAGES ? `${all.length - MAX_MESSAGES} earlier messages are left out.` : null;
  const why = [cut, short].filter((each) => each !== null).join(' ');
  return { messages: all.slice(-MAX_MESSAGES), cut: why === '' ? null : why };
}

function said(role: string, text: string, calls: TranscriptMessage['calls'] = []): TranscriptMessage {
  const left = text.length - MAX_TEXT;
  return { role, text: left > 0 ? `${text.slice(0, MAX_TEXT)}\n[${left} characters left out]` : text, calls };
}

function turnsOf(conversation: string): { messages: TranscriptMessage[]; cut: string | null } {
  if (conversation === '') return { messages: [], cut: null };
  const turns: { role: string; lines: string[] }[] = [];
  let cut: string | null = null;
  for (const line of conversation.split('\n')) {
    const role = TURN.exec(line)?.[1];
    if (role !== undefined) turns.push({ role, lines: [] });
    else if (line === '=== a new conversation') turns.push({ role: 'note', lines: ['A new conversation.'] });
    else if (turns.length === 0 && CUT.test(line)) cut = `${line.slice(1, -1)}, at the beginning.`;
    else if (turns.length > 0) turns.at(-1)!.lines.push(line);
    else if (line.trim() !== '') turns.push({ role: 'note', lines: [line] });
  }
  return { messages: turns.map(({ role, lines }) => messageOf(role, lines)), cut };
}

function messageOf(role: string, lines: readonly string[]): TranscriptMessage {
  const text = lines.join('\n').trim();
  // Items of the Responses API are written as they are.
  const item = role.endsWith('_call') || role.endsWith('_output') ? objectIn(text) : undefined;
  if (item !== undefined && role.endsWith('_output')) return said('tool', textOf(item.output));
  if (item !== undefined)
    return said('assistant', '', [
      { name: textOf(item.name ?? role), input: textOf(item.arguments ?? item.input ?? item.action) },
    ]);
  const calls: { name: string; input: string }[] = [];
  const rest = lines.filter((line) => {
    const call = line.startsWith('-> ') ? objectIn(line.slice(3)) : undefined;
    if (call?.name === undefined) return true;
    calls.push({ name: textOf(call.name), input: textOf(call.arguments).slice(0, MAX_TEXT) });
    return false;
  });
  return said(role, rest.join('\n').trim(), calls);
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value, null, 2);
}
