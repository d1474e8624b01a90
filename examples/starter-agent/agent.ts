/**
 * A small coding agent: one prompt, two tools, one loop. Huxley runs it as `node agent.ts`, on a benchmark task or on a
 * copy of its own source. Everything it needs comes from the environment; see README.md.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Answers the model may give. */
const MAX_TURNS = 4;
/** Characters of the task the model is shown. */
const TASK_LIMIT = 800;
/** Characters of a command's output the model is shown. */
const OUTPUT_LIMIT = 500;
/** Seconds a command may take. */
const COMMAND_SECONDS = 30;

const PROMPTS = {
  solve: `You are a coding agent. Solve the task by editing files in the current folder.
Use the tools. When you are done, answer without calling a tool.`,
  modify: `You are a coding agent, and the current folder holds your own source code.
Carry out the change described below by editing it. Keep every test passing.
Use the tools. When you are done, answer without calling a tool.`,
};

const TOOLS = [
  tool('bash', 'Runs a shell command in the current folder and returns its output.', {
    command: 'The command.',
  }),
  tool('editor', 'Views a file, creates it, or replaces a piece of it.', {
    action: 'One of view, create, replace.',
    path: 'The file, relative to the current folder.',
    content: 'For create: the whole content.',
    old: 'For replace: text that occurs exactly once in the file.',
    new: 'For replace: what to put in its place.',
  }),
];

export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | null;
  readonly tool_calls?: readonly ToolCall[];
  readonly tool_call_id?: string;
}

interface ToolCall {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

/** What the model reads before it says anything. */
export function opening(mode: 'solve' | 'modify', task: string): Message[] {
  const parts = [task.slice(0, TASK_LIMIT)];
  return [
    { role: 'system', content: PROMPTS[mode] },
    { role: 'user', content: parts.join('\n\n') },
  ];
}

/** Runs one tool call; whatever goes wrong becomes the result, so that the model can react. */
export function runTool(call: ToolCall): string {
  try {
    const args = JSON.parse(call.function.arguments);
    if (call.function.name === 'bash') return bash(args.command);
    if (call.function.name === 'editor') return editor(args);
    return `error: there is no tool '${call.function.name}'`;
  } catch (error) {
    return `error: ${error instanceof Error ? error.message : error}`;
  }
}

function bash(command: string): string {
  const { stdout, stderr, status } = spawnSync('bash', ['-c', command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: COMMAND_SECONDS * 1000,
  });
  const output = `${stdout}${stderr}`.trim().slice(0, OUTPUT_LIMIT);
  return `${output}\n[exit status ${status}]`;
}

function editor(args: { action: string; path: string; content?: string; old?: string; new?: string }): string {
  const path = resolve(args.path);
  if (args.action === 'view') return readFileSync(path, 'utf8');
  if (args.action === 'create') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, args.content ?? '');
    return `${args.path} is written`;
  }
  if (args.action === 'replace') {
    const [before, after, ...more] = readFileSync(path, 'utf8').split(args.old ?? '');
    if (before === undefined || after === undefined || more.length > 0)
      return `error: the text to replace must occur exactly once in ${args.path}`;
    writeFileSync(path, before + args.new + after);
    return `${args.path} is changed`;
  }
  return `error: there is no action '${args.action}'`;
}

/** One answer of the model to the conversation so far. */
async function ask(messages: readonly Message[]): Promise<Message> {
  const response = await fetch(`${process.env.OPENAI_BASE_URL}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${process.env.OPENAI_API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: process.env.HUXLEY_MODEL, messages, tools: TOOLS }),
  });
  if (!response.ok) throw new Error(`the model answered ${response.status}: ${await response.text()}`);
  const { choices } = (await response.json()) as { choices: { message: Message }[] };
  return choices[0]!.message;
}

/** The loop: the model answers, its tool calls are run, until it calls none. */
async function main(): Promise<void> {
  const mode = process.env.HUXLEY_MODE === 'modify' ? 'modify' : 'solve';
  const task = readFileSync(process.env.HUXLEY_TASK!, 'utf8');
  process.chdir(process.env.HUXLEY_WORKSPACE!);
  const messages: Message[] = [];
  const say = (message: Message) => {
    messages.push(message);
    if (process.env.HUXLEY_OUT) appendFileSync(process.env.HUXLEY_OUT, `${JSON.stringify(message)}\n`);
  };
  opening(mode, task).forEach(say);
  for (let turn = 1; turn <= MAX_TURNS; turn++) {
    const answer = await ask(messages);
    say(answer);
    const calls = answer.tool_calls ?? [];
    for (const call of calls) say({ role: 'tool', tool_call_id: call.id, content: runTool(call) });
    if (calls.length === 0) break;
  }
}

function tool(name: string, description: string, parameters: Record<string, string>) {
  const properties = Object.fromEntries(
    Object.entries(parameters).map(([key, text]) => [key, { type: 'string', description: text }]),
  );
  return { type: 'function', function: { name, description, parameters: { type: 'object', properties } } };
}

if (import.meta.main) await main();
