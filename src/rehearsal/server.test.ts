import { readFileSync } from 'node:fs';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { Proposal } from '../model/memory/proposal.ts';
import { type Evidence, selectEvidence } from '../operator/evidence.ts';
import { diagnosisMessages } from '../operator/messages.ts';
import { type DiagnosisText, readDiagnosis } from '../operator/read-diagnosis.ts';
import { trajectory } from '../operator/trajectory.fixture.ts';
import { CATALOGUE } from './catalogue/all.ts';
import { diagnose } from './diagnose.ts';
import { loadKatas } from './katas.ts';
import { startRehearsal } from './server.ts';

async function client(seed = 1) {
  const server = await startRehearsal({ seed, katas });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return new OpenAI({ baseURL: server.baseURL, apiKey: 'any', maxRetries: 0 });
}

const katas = await loadKatas();
const kata = katas.find(({ needs }) => needs.length === 0)!;
const bash = { name: 'bash', parameters: { type: 'object', properties: { command: { type: 'string' } } } };
const question = { model: 'rehearsal', messages: [{ role: 'user' as const, content: kata.statement }] };

test('chat completions, whole and streamed, say the same and name themselves a rehearsal', async () => {
  const openai = await client();
  const tools = [{ type: 'function' as const, function: bash }];
  const whole = await openai.chat.completions.create({ ...question, tools });
  expect(whole.system_fingerprint).toBe('rehearsal');
  const streamed = await openai.chat.completions.stream({ ...question, tools }).finalChatCompletion();
  const calls = (answer: typeof whole) =>
    answer.choices[0]!.message.tool_calls?.map((call) => 'function' in call && call.function.arguments);
  expect(calls(streamed as typeof whole)).toEqual(calls(whole));
  expect(String(calls(whole))).toContain(kata.solutionPaths[0]);
});

test('the Responses API gives the same work', async () => {
  const openai = await client();
  const request = {
    model: 'rehearsal',
    input: kata.statement,
    tools: [{ type: 'function' as const, strict: false, ...bash }],
  };
  const whole = await openai.responses.create(request);
  const call = whole.output.find((item) => item.type === 'function_call')!;
  expect(call.arguments).toContain(kata.solutionPaths[0]);
  const next = await openai.responses.create({
    ...request,
    input: [
      { role: 'user', content: kata.statement },
      call,
      { type: 'function_call_output', call_id: call.call_id, output: 'ok' },
    ],
  });
  expect(next.output.map(({ type }) => type)).toEqual(['message']);
  const stream = openai.responses.stream(request);
  expect((await stream.finalResponse()).output_text).toBe(whole.output_text);
});

test('an agent without tools gets commands in fenced blocks', async () => {
  const answer = await (await client()).chat.completions.create(question);
  expect(answer.choices[0]!.message.content).toContain(`\`\`\`bash\nmkdir -p "$(dirname '${kata.solutionPaths[0]}')"`);
});

test('a diagnosis follows the schema asked for, and proposes what the evidence suggests', async () => {
  const schema = z.object({
    summary: z.string(),
    considered: z.array(z.string()),
    title: z.string(),
    proposal: z.string(),
  });
  const long = katas.find(({ needs }) => needs.includes('statement'))!;
  const titles = new Map<string, number>();
  for (let seed = 0; seed < 30; seed++) {
    const answer = await (await client(seed)).chat.completions.parse({
      model: 'rehearsal',
      messages: [{ role: 'user', content: `The agent read:\n${long.statement.slice(0, 800)}` }],
      response_format: zodResponseFormat(schema, 'diagnosis'),
    });
    const { title, considered } = answer.choices[0]!.message.parsed!;
    expect(CATALOGUE.map((one) => one.title)).toContain(title);
    expect(considered[0]).toBe(title);
    titles.set(title, (titles.get(title) ?? 0) + 1);
  }
  expect(titles.size).toBeGreaterThan(3);
  expect([...titles].sort((a, b) => b[1] - a[1])[0]![0]).toBe('Show the model the whole task');
});

test.each([
  ['empty-patch', 'Go on when the model ends without having used a tool'],
  ['context-overflow', 'Shorten what the tools said when the conversation is too long'],
] as const)('the diagnosis of %s mostly proposes what answers it, others never do', (operator, title) => {
  const failed = trajectory('v0', 'a', 'unresolved', { patch: '', signs: [operator] });
  const source = [{ path: 'agent.ts', content: readFileSync('examples/starter-agent/agent.ts'), executable: false }];
  const titles = (evidence: Evidence) => {
    const { system, user } = diagnosisMessages(evidence, source, '');
    const turns = ([system, user] as const).map(
      (text, i) => ({ role: i ? 'user' : 'system', text, calls: [] }) as const,
    );
    return Array.from(
      { length: 40 },
      (_, seed) => JSON.parse(diagnose(seed, katas, { turns, tools: [], schema: {} })).title as string,
    );
  };
  expect(titles(selectEvidence(operator, 'v0', null, [failed])).filter((one) => one === title).length).toBeGreaterThan(
    25,
  );
  expect(titles({ operator: 'mutation', failed })).not.toContain(title);
});

test('a diagnosis that is told what was proposed before turns to something else, or to what worked elsewhere', () => {
  const failed = trajectory('v0', 'a', 'unresolved', {});
  const source = [{ path: 'agent.ts', content: readFileSync('examples/starter-agent/agent.ts'), executable: false }];
  const titles = (proposed: readonly Proposal[]) => {
    const { system, user } = diagnosisMessages({ operator: 'mutation', failed }, source, '', { proposed });
    const turns = ([system, user] as const).map(
      (text, i) => ({ role: i ? 'user' : 'system', text, calls: [] }) as const,
    );
    return Array.from(
      { length: 150 },
      (_, seed) => JSON.parse(diagnose(seed, katas, { turns, tools: [], schema: {} })).title as string,
    );
  };
  const title = 'Give the model more turns';
  const share = (...told: Proposal[]) => titles(told).filter((one) => one === title).length;
  const alone = share();
  expect(share({ from: 'here', ended: 'check', title })).toBeLessThan(alone);
  expect(share({ from: 'kin', ended: 'measured', title, score: { n: 6, own: 1, parent: 4 } })).toBeLessThan(alone);
  expect(share({ from: 'other', ended: 'measured', title, score: { n: 6, own: 5, parent: 2 } })).toBeGreaterThan(alone);
});

test('it predicts what becomes of each task shown: most of what its change answers, little of what was resolved', () => {
  const long = katas.filter(({ needs }) => needs.join() === 'statement').slice(0, 2);
  const easy = katas.filter(({ needs }) => needs.length === 0)[0]!;
  const shown = [...long, easy].map(({ id, statement }, i) =>
    trajectory('v0', id, i < 2 ? 'unresolved' : 'resolved', { statement: statement.slice(0, 600) }),
  );
  const foretold = (evidence: Evidence) => {
    const { system, user } = diagnosisMessages(evidence, [], '');
    const turns = ([system, user] as const).map(
      (text, i) => ({ role: i ? 'user' : 'system', text, calls: [] }) as const,
    );
    const answers = Array.from({ length: 60 }, (_, seed) => diagnose(seed, katas, { turns, tools: [], schema: {} }));
    return answers.map((answer) => readDiagnosis(answer) as DiagnosisText);
  };
  for (const { title, predicted } of foretold({ operator: 'reaction-norm', trajectories: shown })) {
    expect(predicted!.map(({ task, change }) => [task, change])).toEqual([
      [1, 'fix'],
      [2, 'fix'],
      [3, 'break'],
    ]);
    const answers = title === 'Show the model the whole task';
    expect(predicted!.slice(0, 2).every(({ chance }) => chance > 0.5)).toBe(answers);
    expect(predicted![2]!.chance).toBeLessThan(0.2);
  }
  for (const { predicted } of foretold({ operator: 'stochasticity', outcomes: shown }))
    expect(predicted!.map(({ change }) => change)).toEqual(['fix', 'fix', 'break']);
});

test('a conversation over what the model can read is refused by the code that OpenAI uses', async () => {
  const openai = await client();
  const long = { role: 'user' as const, content: 'x'.repeat(600_000) };
  await expect(openai.chat.completions.create({ model: 'rehearsal', messages: [long] })).rejects.toMatchObject({
    status: 400,
    code: 'context_length_exceeded',
  });
  await expect(openai.responses.create({ model: 'rehearsal', input: long.content })).rejects.toMatchObject({
    status: 400,
    code: 'context_length_exceeded',
  });
});

test('malformed conversations are refused as the real endpoint does', async () => {
  const openai = await client();
  const stray = { role: 'tool' as const, tool_call_id: 'call_1', content: 'ok' };
  await expect(openai.chat.completions.create({ model: 'rehearsal', messages: [stray] })).rejects.toThrow(
    /must follow/,
  );
  await expect(openai.chat.completions.create({ model: 'rehearsal', messages: [] })).rejects.toThrow(/400/);
});
