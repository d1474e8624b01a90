import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { startGateway } from '../../src/gateway/gateway.ts';
import { chatAnswer, sendJson } from '../support/endpoint.ts';
import { KEY, openGateway, QUESTION } from '../support/gateway.ts';
import { attack } from './attack.ts';

const numbered = (number: number, name: string, defence: string) =>
  ({ number, family: 'leak', name, answer: 'prevented', defence }) as const;

const TASK = 'heldout-secret-name';

attack(numbered(218, 'Read the task’s name from a refusal', 'refusals name nothing of the task'), async () => {
  const told: string[] = [];
  const note = async (answer: Response) => {
    told.push(JSON.stringify([...answer.headers]) + (await answer.text()));
  };
  const { gateway, post } = await openGateway(({ body }, response) =>
    JSON.stringify(body).includes('fail') ? sendJson(response, '{}', 500) : sendJson(response, chatAnswer('hi')),
  );
  for (const limits of [{ costUSD: 0 }, { requests: 0 }, { tokens: 1 }])
    await note(await post(gateway.token(TASK, limits), QUESTION));
  await note(await post(gateway.token(TASK), { ...QUESTION, model: 'other' }));
  await note(await post(gateway.token(TASK), { ...QUESTION, x: 'y' }));
  await note(await post(gateway.token(TASK), QUESTION, '/files'));
  await note(await post(gateway.token(TASK), 'x'.repeat(5_000_000)));
  await note(await post(gateway.token(TASK), { ...QUESTION, user: 'fail' }));
  await note(await fetch(`${gateway.baseURL}/models`, { headers: { authorization: `Bearer ${gateway.token(TASK)}` } }));

  const file = `/tmp/${TASK}-${process.pid}.jsonl`;
  const { writeFileSync, rmSync } = await import('node:fs');
  writeFileSync(file, '{"recording":1}\n');
  const replaying = await startGateway({ upstream: { replay: file }, models: ['gpt-5-mini'], budget: {} });
  try {
    const headers = { authorization: `Bearer ${replaying.token(TASK)}` };
    await note(
      await fetch(`${replaying.baseURL}/chat/completions`, { method: 'POST', headers, body: JSON.stringify(QUESTION) }),
    );
  } finally {
    await replaying.close();
    rmSync(file);
  }
  expect(told).toHaveLength(10);
  expect(told.slice(0, 3).every((text) => text.includes('the budget of this task'))).toBe(true);
  for (const text of told) expect(text).not.toContain(TASK);
  return `${told.length} answers, none of them names it`;
});

/** A stream of chat deltas with these contents; `place` says where in a delta each goes. */
function streamed(parts: readonly string[], place: (part: string) => object = (content) => ({ content })): string {
  const events = parts.map((part) => ({ id: 'c1', choices: [{ index: 0, delta: place(part), finish_reason: null }] }));
  const last = { id: 'c1', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null };
  return `${[...events, last].map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`;
}

/** Every string in the events of a stream, joined in order, as a client puts them together. */
function joined(text: string): string {
  const found: string[] = [];
  for (const line of text.split('\n').filter((one) => one.startsWith('data: {')))
    JSON.parse(line.slice(6), (name, value) => {
      if (typeof value === 'string' && !['id', 'finish_reason'].includes(name)) found.push(value);
      return value;
    });
  return found.join('');
}

const halves = (text: string, size: number) => text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
const escaped = (text: string) =>
  [...text].map((char, i) => (i % 2 ? char : `%${char.charCodeAt(0).toString(16)}`)).join('');
const toolCall = (args: string) => ({ tool_calls: [{ index: 0, function: { arguments: args } }] });

attack(
  numbered(
    219,
    'Have the key echoed in pieces, or spelled in another way',
    'texts of a stream are looked at together, and in every spelling',
  ),
  async () => {
    const spelled = [
      KEY,
      Buffer.from(KEY).toString('base64'),
      Buffer.from(`x${KEY}`).toString('base64'),
      Buffer.from(`?>${KEY}?>`).toString('base64url'),
      Buffer.from(KEY).toString('hex').toUpperCase(),
      escaped(KEY),
      [...KEY].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
      [...KEY].reverse().join(''),
    ];
    const bodies = spelled.flatMap((text) => [
      streamed([`the key is ${text} indeed`]),
      streamed(['so: ', ...halves(text, 9), ' indeed']),
      streamed(halves(`the key is ${text}`, 1)),
      streamed(halves(`"${text}"`, 5), toolCall),
      streamed(halves(text, 4), (part) => ({ reasoning_content: part })),
    ]);
    let body = '';
    let type = 'text/event-stream';
    const { gateway, entries, post } = await openGateway(
      (_, response) => response.writeHead(200, { 'content-type': type }).end(body),
      { budget: {} },
    );
    const token = gateway.token('t');
    const leaked = (text: string) => spelled.filter((form) => text.includes(form.slice(4, -3)));
    for (body of bodies) {
      const answer = await (await post(token, { ...QUESTION, stream: true })).text();
      expect([joined(answer), leaked(joined(answer))]).toEqual([expect.stringContaining('[removed secret]'), []]);
      expect(leaked(JSON.stringify(entries.splice(0)))).toEqual([]);
    }
    // Whole, with every character of the key as an escape of JSON: what a client reads is the key.
    type = 'application/json';
    body = chatAnswer('KEY').replace(
      'KEY',
      [...KEY].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    );
    const whole = await (await post(token, QUESTION)).json();
    expect(leaked(JSON.stringify(whole))).toEqual([]);

    // What is no secret comes as it was sent, and at once.
    const arrivals: number[] = [];
    const slow = await openGateway(async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of streamed(['tasks', ' sk', '-', 's', 'end']).split(/(?<=\n\n)/)) {
        response.write(event);
        await sleep(60);
      }
      response.end();
    });
    const answer = await slow.post(slow.gateway.token('t'), { ...QUESTION, stream: true });
    let text = '';
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      arrivals.push(performance.now());
      text += chunk;
    }
    expect(text).toBe(streamed(['tasks', ' sk', '-', 's', 'end']));
    expect(arrivals.length).toBeGreaterThanOrEqual(6);
    return `${bodies.length} streams and one body are clean; an innocent stream came in ${arrivals.length} pieces`;
  },
);
