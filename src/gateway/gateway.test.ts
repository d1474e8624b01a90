import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { chatAnswer, fakeEndpoint, sendJson } from '../../test/support/endpoint.ts';
import { type GatewayOptions, startGateway } from './gateway.ts';
import type { TranscriptEntry } from './transcript.ts';

const KEY = 'sk-planted-0123456789abcdef';
const fast = { tries: 3, firstWait: 0.001, longestWait: 0.002, longestRetryAfter: 1 };

async function gateway(answer: Parameters<typeof fakeEndpoint>[0], options: Partial<GatewayOptions> = {}) {
  const endpoint = await fakeEndpoint(answer);
  const entries: TranscriptEntry[] = [];
  const started = await startGateway({
    upstream: { baseURL: endpoint.baseURL, apiKey: KEY },
    models: ['gpt-5-mini'],
    budget: { costUSD: 1 },
    retry: fast,
    transcript: (entry) => entries.push(entry),
    ...options,
  });
  onTestFinished(async () => {
    await started.close();
    await endpoint[Symbol.asyncDispose]();
  });
  return { ...started, endpoint, entries };
}

const question = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'hello' }] };

function post(baseURL: string, token: string, body: unknown, path = '/chat/completions') {
  return fetch(baseURL + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

test('a call is passed on with the real key and settled by its usage', async () => {
  const { baseURL, token, endpoint, usage, entries } = await gateway((_, response) =>
    sendJson(response, chatAnswer('hi')),
  );
  const key = token('two-fer');
  const answer = await post(baseURL, key, question);
  expect(await answer.text()).toBe(chatAnswer('hi'));
  expect(endpoint.calls[0]).toMatchObject({ path: '/v1/chat/completions', authorization: `Bearer ${KEY}` });
  const spent = { requests: 1, inputTokens: 100, outputTokens: 10, costUSD: 0.000045 };
  expect(usage()).toEqual({ ...spent, rehearsal: false, errors: {} });
  expect(usage('two-fer')).toEqual(usage());
  expect(entries).toMatchObject([{ task: 'two-fer', status: 200, tries: 1, spent }]);
  expect(JSON.stringify(entries)).not.toContain(KEY);
  expect(JSON.stringify(entries)).not.toContain(key);
});

test('the Unix socket serves the same', async () => {
  const { socketPath, token } = await gateway((_, response) => sendJson(response, chatAnswer('hi')));
  const answer = await new Promise<string>((done, failed) => {
    const headers = { authorization: `Bearer ${token('t')}` };
    const call = request({ socketPath, path: '/v1/chat/completions', method: 'POST', headers }, (response) =>
      done(text(response)),
    );
    call.on('error', failed).end(JSON.stringify(question));
  });
  expect(JSON.parse(answer).choices[0].message.content).toBe('hi');
});

test('a stream passes through; the usage the client did not ask for is kept from it', async () => {
  const chunk = (choices: unknown[], usage: unknown = null) => `data: ${JSON.stringify({ choices, usage })}\n\n`;
  const { baseURL, token, usage, endpoint } = await gateway((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk([{ delta: { content: 'he' } }]).slice(0, 9));
    response.write(chunk([{ delta: { content: 'he' } }]).slice(9));
    response.end(`${chunk([], { prompt_tokens: 1000, completion_tokens: 1 })}data: [DONE]\n\n`);
  });
  const ask = (options: object) => post(baseURL, token('t'), { ...question, stream: true, ...options });
  expect(await (await ask({})).text()).toBe(`${chunk([{ delta: { content: 'he' } }])}data: [DONE]\n\n`);
  expect(endpoint.calls[0]?.body).toMatchObject({ stream_options: { include_usage: true } });
  expect(await (await ask({ stream_options: { include_usage: true } })).text()).toContain('prompt_tokens');
  expect(usage()).toMatchObject({ requests: 2, inputTokens: 2000, outputTokens: 2 });
});

test('a busy provider is tried again, as long as it asks for', async () => {
  let calls = 0;
  const { baseURL, token, usage } = await gateway((_, response) => {
    if (++calls < 3) sendJson(response, '{}', 429, { 'retry-after-ms': '1' });
    else sendJson(response, chatAnswer('hi'));
  });
  expect((await post(baseURL, token('t'), question)).status).toBe(200);
  expect(calls).toBe(3);
  expect(usage()).toMatchObject({ requests: 1, costUSD: 0.000045 });
});

test('a 429 storm ends in an error that names it, and costs nothing', async () => {
  const { baseURL, token, usage } = await gateway((_, response) => sendJson(response, '{"error":"slow down"}', 429));
  const answer = await post(baseURL, token('t'), question);
  expect(answer.status).toBe(429);
  expect(((await answer.json()) as { error: { message: string } }).error.message).toMatchInlineSnapshot(
    `"the model's endpoint answered 429 to each of 3 tries: {"error":"slow down"}. Lower the concurrency or raise the rate limit at the provider."`,
  );
  expect(usage()).toMatchObject({ requests: 0, costUSD: 0, errors: { 'gateway.rate-limited': 1 } });
});

test('an answer without usage costs what was reserved', async () => {
  const { baseURL, token, usage } = await gateway((_, response) => sendJson(response, '{"choices":[]}'));
  await post(baseURL, token('t'), { ...question, max_completion_tokens: 1000 });
  expect(usage().outputTokens).toBe(1000);
  expect(usage().costUSD).toBeGreaterThan(0.002);
});

test('a rehearsal is reported as one', async () => {
  const { baseURL, token, usage } = await gateway((_, response) =>
    sendJson(response, chatAnswer('hi'), 200, { 'x-huxley-rehearsal': 'true' }),
  );
  expect(usage().rehearsal).toBe(false);
  await post(baseURL, token('t'), question);
  expect(usage().rehearsal).toBe(true);
});

test('a session recorded once replays byte for byte with the endpoint gone', async ({ task }) => {
  const file = `/tmp/huxley-recording-${process.pid}-${task.id}.jsonl`;
  let calls = 0;
  const first = await gateway((_, response) => sendJson(response, chatAnswer(`answer ${++calls}`)), { record: file });
  const recorded = [];
  for (let i = 0; i < 3; i++) recorded.push(await (await post(first.baseURL, first.token('t'), question)).text());
  const second = await gateway(() => expect.unreachable(), { upstream: { replay: file } });
  const replayed = [];
  for (let i = 0; i < 3; i++) replayed.push(await (await post(second.baseURL, second.token('t'), question)).text());
  expect(replayed).toEqual(recorded);
  expect(second.usage()).toEqual(first.usage());
  const more = await post(second.baseURL, second.token('t'), question);
  expect(await more.text()).toContain('holds no (further) answer');
});
