import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { chatAnswer, sendJson } from '../../../test/support/endpoint.ts';
import { openGateway, QUESTION } from '../../../test/support/gateway.ts';

const event = (json: unknown) => `data: ${JSON.stringify(json)}\n\n`;
const role = { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] };
const words = { choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: null }] };
const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
const usage = { choices: [], usage: { prompt_tokens: 100, completion_tokens: 10 } };
const gone = { code: 502, message: 'bad gateway' };

const FAILURES: readonly (readonly [name: string, json: unknown])[] = [
  ['an error with a code', { error: gone }],
  ['an error in words', { error: 'upstream is gone' }],
  ['OpenRouter’s, inside a choice', { choices: [{ error: gone, message: { content: '' } }] }],
  ['a choice that finished in an error', { choices: [{ finish_reason: 'error', message: { content: 'half' } }] }],
  ['vLLM’s', { object: 'error', message: 'engine died', code: 500 }],
  ['an error type', { type: 'error', error: { type: 'overloaded_error', message: 'busy' } }],
  [
    'a response that failed',
    { object: 'response', status: 'failed', error: { code: 'server_error', message: 'x' }, output: [] },
  ],
  ['an error beside empty choices', { choices: [], error: { message: 'x', code: 503 } }],
  ['no answer at all', { detail: 'internal' }],
];

test.each(FAILURES)('in a whole answer with status 200 is tried again and costs nothing: %s', async (_, json) => {
  let calls = 0;
  const { gateway, entries, post } = await openGateway((__, response) =>
    sendJson(response, ++calls < 3 ? JSON.stringify(json) : chatAnswer('hi')),
  );
  expect((await post(gateway.token('t'), QUESTION)).status).toBe(200);
  expect(gateway.usage()).toMatchObject({ requests: 1, costUSD: 0.000045 });
  expect(entries).toMatchObject([{ tries: 3, status: 200 }]);
});

test.each(FAILURES.slice(0, 7))('in a stream before its first word, the same: %s', async (_, json) => {
  let calls = 0;
  const { gateway, post } = await openGateway((__, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': OPENROUTER PROCESSING\n\n');
    if (++calls < 3) response.end(event(role) + event(json));
    else response.end(event(role) + event(words) + event(end) + event(usage));
  });
  const answer = await (await post(gateway.token('t'), { ...QUESTION, stream: true })).text();
  expect(calls).toBe(3);
  expect(answer).toContain('"hi"');
  expect(answer).not.toMatch(/error/);
  expect(gateway.usage()).toMatchObject({ requests: 1, costUSD: 0.000045, errors: {} });
});

test('one that stays ends as the provider’s trouble, and costs what it says it used', async () => {
  const whole = await openGateway((_, response) => sendJson(response, JSON.stringify({ error: gone })));
  const answer = await whole.post(whole.gateway.token('t'), QUESTION);
  expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('200 with an error (502) in it')]);
  expect(whole.gateway.usage()).toMatchObject({ requests: 0, costUSD: 0, errors: { 'gateway.upstream': 1 } });

  const used = { error: gone, usage: { prompt_tokens: 100, completion_tokens: 10 } };
  const charged = await openGateway((_, response) => sendJson(response, JSON.stringify(used)));
  await charged.post(charged.gateway.token('t'), QUESTION);
  expect(charged.gateway.usage()).toMatchObject({ requests: 3, inputTokens: 300, outputTokens: 30 });

  const busy = { error: { code: 429, message: 'slow down' } };
  const limited = await openGateway((_, response) => sendJson(response, JSON.stringify(busy)));
  expect((await limited.post(limited.gateway.token('t'), QUESTION)).status).toBe(429);
});

test('the client’s own fault in a 200 is answered with the status it should have had', async () => {
  const error = { code: 'context_length_exceeded', message: 'This model’s maximum context length is 10.' };
  for (const json of [
    { error: { ...error, code: 400 } },
    { error },
    { type: 'response.failed', response: { status: 'failed', error } },
  ]) {
    const { gateway, endpoint, post } = await openGateway((_, response) => sendJson(response, JSON.stringify(json)));
    const answer = await post(gateway.token('t'), { ...QUESTION, max_tokens: 5 });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('maximum context length')]);
    expect(endpoint.calls).toHaveLength(1);
    expect(gateway.usage().costUSD).toBe(0);
  }
});

test('an error after the first words is passed on, noted, and counted in full', async () => {
  const { gateway, entries, post } = await openGateway((_, response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(event(words) + event({ error: gone })),
  );
  const ask = { ...QUESTION, stream: true, max_completion_tokens: 1000 };
  expect(await (await post(gateway.token('t'), ask)).text()).toBe(event(words) + event({ error: gone }));
  expect(entries).toMatchObject([
    { error: expect.stringContaining('gateway.upstream: the answer broke off with an error') },
  ]);
  expect(gateway.usage().outputTokens).toBe(1000);
});

test('a stream that ends after its reason to finish is complete without [DONE]', async () => {
  for (const [tail, output] of [
    [event(end) + event(usage), 10],
    [event({ ...end, usage: usage.usage }), 10],
    [event(end), undefined],
  ] as const) {
    const { gateway, entries, post } = await openGateway((_, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(event(words) + tail),
    );
    const answer = await (await post(gateway.token('t'), { ...QUESTION, stream: true })).text();
    expect(answer).not.toContain('gateway.cut');
    expect(entries[0]).not.toHaveProperty('error');
    if (output === undefined) expect(gateway.usage()).toMatchObject({ requests: 1, estimated: 1 });
    else expect(gateway.usage().outputTokens).toBe(output);
  }
  const cut = await openGateway((_, response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(event(words)),
  );
  expect(await (await cut.post(cut.gateway.token('t'), { ...QUESTION, stream: true })).text()).toContain('gateway.cut');
});

test('an error of any shape is read without being run', async () => {
  const odd: readonly unknown[] = [
    { toString: 1 },
    { valueOf: null },
    [],
    [[]],
    { code: { toString: 1 }, status: [], message: {} },
    -1,
  ];
  for (const error of odd) {
    const { gateway, post } = await openGateway((_, response) => sendJson(response, JSON.stringify({ error })));
    const answer = await post(gateway.token('t'), QUESTION);
    expect(answer.status).toBe(502);
    expect(gateway.usage()).toMatchObject({ requests: 0, costUSD: 0 });
  }
});

test('an outage that uses a budget up ends as an outage, not as a budget', async () => {
  const { gateway, post } = await openGateway((_, response) => sendJson(response, '{}', 504));
  const ask = { ...QUESTION, max_completion_tokens: 1000 };
  const answer = await post(gateway.token('t', { costUSD: 0.005 }), ask);
  expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('answered 504')]);
  expect(gateway.usage()).toMatchObject({ requests: 2, errors: { 'gateway.upstream': 1 } });
});

test('a stream that only says it is alive reaches its client before long, and an error after it costs nothing', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const { gateway, post } = await openGateway(async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': alive\n\n');
      await sleep(50);
      vi.advanceTimersByTime(21_000);
      response.write(': alive\n\n');
      await sleep(50);
      response.end(event({ error: gone }));
    });
    const answer = await (await post(gateway.token('t'), { ...QUESTION, stream: true })).text();
    expect(answer).toBe(`: alive\n\n: alive\n\n${event({ error: gone })}`);
    expect(gateway.usage()).toMatchObject({ requests: 0, costUSD: 0, errors: { 'gateway.upstream': 1 } });
  } finally {
    vi.useRealTimers();
  }
});
