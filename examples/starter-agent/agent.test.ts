import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { type Message, opening, runTool } from './agent.ts';

const call = (name: string, args: object) => ({ id: 'call-1', function: { name, arguments: JSON.stringify(args) } });
const folder = () => mkdtempSync(join(tmpdir(), 'starter-agent-'));

/** Runs the agent on a task, with a model that gives these answers in turn, then says it is done. */
async function run(mode: string, task: string, answers: Partial<Message>[]) {
  const asked: { messages: Message[]; tools: unknown[] }[] = [];
  const model = createServer(async (request, response) => {
    asked.push(JSON.parse(await text(request)));
    const message = { role: 'assistant', content: 'done', ...answers[asked.length - 1] };
    response.end(JSON.stringify({ choices: [{ message }] }));
  }).listen(0, '127.0.0.1');
  await once(model, 'listening');
  const workspace = folder();
  const taskFile = join(folder(), 'task.md');
  const out = join(folder(), 'transcript.jsonl');
  writeFileSync(taskFile, task);
  const agent = spawn(process.execPath, [join(import.meta.dirname, 'agent.ts')], {
    env: {
      ...process.env,
      HUXLEY_TASK: taskFile,
      HUXLEY_WORKSPACE: workspace,
      HUXLEY_OUT: out,
      HUXLEY_MODE: mode,
      HUXLEY_MODEL: 'test-model',
      OPENAI_BASE_URL: `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`,
      OPENAI_API_KEY: 'test-key',
    },
    stdio: 'inherit',
  });
  const [status] = await once(agent, 'exit');
  model.closeAllConnections();
  model.close();
  const transcript = readFileSync(out, 'utf8').trim().split('\n');
  return { status, asked, workspace, transcript: transcript.map((line) => JSON.parse(line) as Message) };
}

test('the opening shows the task', () => {
  const messages = opening('solve', 'Write hello.txt.');
  assert.equal(messages[0]?.role, 'system');
  assert.match(messages.map((message) => message.content).join('\n'), /Write hello\.txt\./);
});

test('bash gives output and exit status', () => {
  assert.match(runTool(call('bash', { command: 'echo out; echo err >&2; exit 3' })), /out\nerr\n\[exit status 3\]/);
});

test('the editor creates, shows and changes files', () => {
  const path = join(folder(), 'sub', 'a.txt');
  runTool(call('editor', { action: 'create', path, content: 'one two' }));
  runTool(call('editor', { action: 'replace', path, old: 'two', new: '$& three' }));
  assert.equal(runTool(call('editor', { action: 'view', path })), 'one $& three');
  assert.match(runTool(call('editor', { action: 'replace', path, old: 'four', new: '' })), /exactly once/);
});

test('a bad tool call is told to the model', () => {
  assert.match(runTool(call('teleport', {})), /no tool 'teleport'/);
  assert.match(runTool({ id: 'call-1', function: { name: 'bash', arguments: '{' } }), /^error: /);
});

for (const mode of ['solve', 'modify'])
  test(`a whole session in ${mode} mode`, async () => {
    const create = { action: 'create', path: 'hello.txt', content: 'hello' };
    const { status, asked, workspace, transcript } = await run(mode, 'Write hello.txt.', [
      { content: null, tool_calls: [call('editor', create)] },
    ]);
    assert.equal(status, 0);
    assert.equal(readFileSync(join(workspace, 'hello.txt'), 'utf8'), 'hello');
    assert.ok(asked.length >= 2);
    assert.equal(asked[1]?.messages.at(-1)?.role, 'tool');
    assert.equal(transcript.at(0)?.role, 'system');
    assert.equal(transcript.filter((message) => message.role === 'assistant').length, asked.length);
  });

test('a model that never stops is stopped', async () => {
  const endless = Array.from({ length: 200 }, () => ({ tool_calls: [call('bash', { command: 'true' })] }));
  const { status, asked } = await run('solve', 'Loop.', endless);
  assert.equal(status, 0);
  assert.ok(asked.length < 100);
});
