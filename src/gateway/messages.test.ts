import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { sendJson } from '../../test/support/endpoint.ts';
import { KEY, openGateway } from '../../test/support/gateway.ts';

const MODEL = 'claude-sonnet-4-5';
const QUESTION = { model: MODEL, max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] };
const USAGE = {
  ...{ input_tokens: 10, cache_read_input_tokens: 2_000, cache_creation_input_tokens: 500, output_tokens: 42 },
  cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 200 },
};
/** Usage as the client sees it, without cache counts: other attempts may have filled the cache. */
const SHOWN = {
  ...{ input_tokens: 2_510, cache_read_input_tokens: 0, cache_creation_input_tokens: 0, output_tokens: 42 },
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
};
/** By the published prices of Sonnet 4.5: 3 in, .3 from the cache, 3.75 and 6 into it, 15 out; US dollars per million. */
const COST = (10 * 3 + 2_000 * 0.3 + 300 * 3.75 + 200 * 6 + 42 * 15) / 1e6;

const whole = (usage: object = USAGE) =>
  JSON.stringify({
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: MODEL, stop_reason: 'end_turn', stop_sequence: null },
    ...{ content: [{ type: 'text', text: 'hi' }], usage },
  });

const event = (type: string, more: object = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const { output_tokens: _, ...came } = USAGE;
const START = event('message_start', {
  message: { ...JSON.parse(whole()), content: [], stop_reason: null, usage: { ...came, output_tokens: 1 } },
});
const STREAM = [
  START,
  event('content_block_start', { index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } }),
  event('ping'),
  event('content_block_delta', { index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } }),
  event('content_block_delta', { index: 0, delta: { type: 'signature_delta', signature: 'sig' } }),
  event('content_block_stop', { index: 0 }),
  event('content_block_start', { index: 1, content_block: { type: 'tool_use', id: 't1', name: 'Bash', input: {} } }),
  event('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: '{"command":' } }),
  event('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: '"ls"}' } }),
  event('content_block_stop', { index: 1 }),
  event('message_delta', { delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 42 } }),
  event('message_stop'),
];
const shown = (events: readonly string[]) => {
  const told = ({ output_tokens: _, ...usage }: typeof USAGE) => JSON.stringify({ ...usage, output_tokens: 1 });
  return events.join('').replace(told(USAGE), told(SHOWN));
};
const stream = (response: ServerResponse, events: readonly string[]) =>
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events.join(''));

/** A gateway for Claude, asked as Anthropic's client does. */
async function open(
  answer: (body: Record<string, unknown>, response: ServerResponse, request: IncomingMessage) => unknown,
  options: Parameters<typeof openGateway>[1] = {},
) {
  const opened = await openGateway(({ body }, response, request) => answer(body, response, request), {
    models: [MODEL],
    ...options,
  });
  const ask = (token: string, body: object, headers: Record<string, string> = {}, path = '/messages?beta=true') =>
    fetch(opened.gateway.baseURL + path, {
      method: 'POST',
      headers: { 'x-api-key': token, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return { ...opened, ask };
}

test('a call is passed on with the real key, the version and the harmless betas, and costs what its cache did', async () => {
  let headers: IncomingMessage['headers'] = {};
  const { gateway, ask, endpoint } = await open((_, response, request) => {
    headers = request.headers;
    sendJson(response, whole());
  });
  const betas = 'interleaved-thinking-2025-05-14,files-api-2025-04-14,context-1m-2025-08-07,claude-code-20250219';
  const answer = await ask(
    gateway.token('t'),
    { ...QUESTION, model: 'claude-sonnet-4-5-20250929' },
    { 'anthropic-beta': betas },
  );
  expect(await answer.json()).toEqual(JSON.parse(whole(SHOWN)));
  expect(headers).toMatchObject({
    ...{ 'x-api-key': KEY, authorization: `Bearer ${KEY}`, 'anthropic-version': '2023-06-01' },
    'anthropic-beta': 'interleaved-thinking-2025-05-14,claude-code-20250219',
  });
  expect(endpoint.calls[0]).toMatchObject({ path: '/v1/messages', body: { model: MODEL, max_tokens: 100 } });
  const usage = gateway.usage('t');
  expect(usage).toMatchObject({ requests: 1, inputTokens: 2_510, outputTokens: 42, errors: {} });
  expect(usage.costUSD).toBeCloseTo(COST, 8);
});

test('a stream is passed on event by event, costs the same, and is kept as the message it makes', async () => {
  const { gateway, ask, entries } = await open((_, response) => stream(response, STREAM));
  const answer = await ask(gateway.token('t'), { ...QUESTION, stream: true });
  expect(await answer.text()).toBe(shown(STREAM));
  expect(gateway.usage().costUSD).toBeCloseTo(COST, 8);
  expect(gateway.usage()).toMatchObject({ inputTokens: 2_510, outputTokens: 42 });
  expect(JSON.parse(entries[0]!.response)).toMatchObject({
    stop_reason: 'tool_use',
    content: [
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'ls' } },
    ],
  });
});

test('an overloaded provider is asked again; an error in the middle of an answer ends it in Anthropic’s words', async () => {
  let n = 0;
  const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
  const { gateway, ask } = await open((_, response) => {
    n++;
    if (n === 1) return sendJson(response, JSON.stringify(overloaded), 529);
    if (n === 2) return stream(response, [event('error', overloaded)]);
    if (n === 3) return stream(response, STREAM);
    return stream(response, STREAM.slice(0, 4));
  });
  const first = await ask(gateway.token('t'), { ...QUESTION, stream: true });
  expect(await first.text()).toBe(shown(STREAM));
  expect(n).toBe(3);
  const cut = await (await ask(gateway.token('t'), { ...QUESTION, stream: true })).text();
  expect(cut.startsWith(shown(STREAM.slice(0, 4)))).toBe(true);
  expect(cut).toMatch(/event: error\ndata: \{"type":"error","error":\{"message":"the model's answer broke off/);
});

test('tokens are counted for nothing', async () => {
  const { gateway, ask, endpoint } = await open((_, response) => sendJson(response, '{"input_tokens":17}'), {
    budget: { costUSD: 0.000_001 },
  });
  const { max_tokens: _, ...question } = QUESTION;
  const answer = await ask(gateway.token('t'), question, {}, '/messages/count_tokens');
  expect(await answer.json()).toEqual({ input_tokens: 17 });
  expect(endpoint.calls[0]!.body).not.toHaveProperty('max_tokens');
  expect(gateway.usage()).toMatchObject({ costUSD: 0, errors: {} });
});

test('thinking is kept within the limit on the answer, which is the gateway’s', async () => {
  const { gateway, ask, endpoint } = await open((_, response) => sendJson(response, whole()), {
    maxOutputTokens: 4_000,
  });
  const thinking = { type: 'enabled', budget_tokens: 31_999 };
  await ask(gateway.token('t'), { ...QUESTION, max_tokens: 32_000, thinking });
  await ask(gateway.token('t'), { ...QUESTION, max_tokens: 900, thinking });
  expect(endpoint.calls.map(({ body }) => [body.max_tokens, body.thinking])).toEqual([
    [4_000, { type: 'enabled', budget_tokens: 3_999 }],
    [900, { type: 'disabled' }],
  ]);
});

test('refusals are said as Anthropic’s client reads them, and not tried again', async () => {
  const { gateway, ask, endpoint } = await open((_, response) => sendJson(response, whole()), {
    budget: { costUSD: 0.000_01 },
  });
  const answer = await ask(gateway.token('t'), QUESTION);
  expect(answer.status).toBe(402);
  expect(answer.headers.get('x-should-retry')).toBe('false');
  expect(await answer.json()).toMatchObject({ type: 'error', error: { code: 'gateway.budget' } });
  expect(endpoint.calls.map(({ path }) => path)).toEqual(['/v1/messages/count_tokens']);
  expect((await ask('wrong', QUESTION)).status).toBe(401);
});

test('a hundred calls at once, writing to the cache, never pass the budget', async () => {
  // Whatever is asked for costs as much as it may: all of it is written to the cache.
  const { gateway, ask, endpoint } = await open(
    (body, response) => {
      const written = Buffer.byteLength(JSON.stringify(body));
      sendJson(
        response,
        whole({
          ...{ input_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: written, output_tokens: 100 },
          cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
        }),
      );
    },
    { budget: { costUSD: 0.05 } },
  );
  const system = [{ type: 'text', text: 'x'.repeat(1_000), cache_control: { type: 'ephemeral', ttl: '1h' } }];
  const key = gateway.token('t');
  const statuses = await Promise.all(
    Array.from({ length: 100 }, async () => (await ask(key, { ...QUESTION, system })).status),
  );
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(2);
  expect(new Set(statuses)).toEqual(new Set([200, 402]));
  expect(gateway.usage().costUSD).toBeLessThanOrEqual(0.05);
  // Nor is it kept for longer than usual.
  expect(endpoint.calls[0]!.body).toMatchObject({ system: [{ cache_control: { type: 'ephemeral' } }] });
  expect(JSON.stringify(endpoint.calls)).not.toContain('ttl');
});

test('an endpoint that knows no cache hints is asked without them from then on', async () => {
  const { gateway, endpoint, post } = await openGateway(({ body }, response) =>
    JSON.stringify(body).includes('cache_control')
      ? sendJson(response, '{"error":{"message":"Unknown parameter: \'messages[0].content[0].cache_control\'."}}', 400)
      : sendJson(
          response,
          '{"choices":[{"index":0,"message":{"content":"hi"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}',
        ),
  );
  const content = [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }];
  const key = gateway.token('t');
  for (let n = 0; n < 2; n++)
    expect((await post(key, { model: 'gpt-5-mini', messages: [{ role: 'user', content }] })).status).toBe(200);
  expect(endpoint.calls.map(({ body }) => JSON.stringify(body).includes('cache_control'))).toEqual([
    true,
    false,
    false,
  ]);
});

test('a call that fits no budget at a token a byte is counted by the provider, and later ones by what has grown', async () => {
  const counted: unknown[] = [];
  const { gateway, ask, endpoint } = await open(
    (body, response, request) => {
      if (!request.url!.includes('count_tokens'))
        return sendJson(response, whole({ input_tokens: 30_000, output_tokens: 50 }));
      counted.push(Object.keys(body).sort());
      sendJson(response, '{"input_tokens":30000}');
    },
    { budget: { costUSD: 0.5 } },
  );
  const key = gateway.token('t');
  const system = 'x'.repeat(200_000);
  const ask1 = await ask(key, { ...QUESTION, system, temperature: 0, max_tokens: 16_000 });
  expect(ask1.status).toBe(200);
  expect(counted).toEqual([['messages', 'model', 'system']]);
  const more = [
    ...QUESTION.messages,
    { role: 'assistant', content: 'hi' },
    { role: 'user', content: 'y'.repeat(3_000) },
  ];
  expect((await ask(key, { ...QUESTION, messages: more, system, temperature: 0, max_tokens: 4_000 })).status).toBe(200);
  expect(endpoint.calls.map(({ path }) => path)).toEqual(['/v1/messages/count_tokens', '/v1/messages', '/v1/messages']);
  // Another key knows nothing of that conversation.
  expect((await ask(gateway.token('u'), { ...QUESTION, system, max_tokens: 9_000 })).status).toBe(200);
  expect(counted).toHaveLength(2);
  expect(gateway.usage().costUSD).toBeLessThan(0.5);
});

test('a call whose conversation the provider shortened bounds no later one', async () => {
  let counts = 0;
  const { gateway, ask } = await open(
    (_, response, request) => {
      if (!request.url!.includes('count_tokens'))
        return sendJson(response, whole({ input_tokens: 1_000, output_tokens: 5 }));
      counts++;
      sendJson(response, '{"input_tokens":50000}');
    },
    { budget: { costUSD: 0.7 } },
  );
  const key = gateway.token('t');
  const long = { ...QUESTION, system: 'x'.repeat(220_000) };
  const context_management = { edits: [{ type: 'clear_tool_uses_20250919' }] };
  expect((await ask(key, { ...long, context_management })).status).toBe(200);
  expect(counts).toBe(1);
  expect((await ask(key, long)).status).toBe(200);
  expect(counts).toBe(2);
  // That one was whole, so what it came to is enough for the next.
  expect((await ask(key, long)).status).toBe(200);
  expect(counts).toBe(2);
});
