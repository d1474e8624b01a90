import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { chatAnswer, sendJson } from '../../test/support/endpoint.ts';
import { KEY, openGateway, QUESTION } from '../../test/support/gateway.ts';

test('a call is passed on with the real key and settled by its usage', async () => {
  const { gateway, endpoint, entries, post } = await openGateway((_, response) => sendJson(response, chatAnswer('hi')));
  const key = gateway.token('two-fer');
  const answer = await post(key, QUESTION);
  expect(answer.headers.get('keep-alive'), 'an idle connection is not given up').toBe(null);
  expect(await answer.text()).toBe(chatAnswer('hi'));
  expect(endpoint.calls[0]).toMatchObject({ path: '/v1/chat/completions', authorization: `Bearer ${KEY}` });
  const spent = { requests: 1, inputTokens: 100, outputTokens: 10, costUSD: 0.000045 };
  expect(gateway.usage()).toEqual({ ...spent, rehearsal: false, errors: {} });
  expect(gateway.usage('two-fer')).toEqual(gateway.usage());
  expect(entries).toMatchObject([{ task: 'two-fer', status: 200, tries: 1, spent }]);
  expect(JSON.stringify(entries)).not.toContain(KEY);
  expect(JSON.stringify(entries)).not.toContain(key);
});

test('the Unix socket serves the same', async () => {
  const { gateway } = await openGateway((_, response) => sendJson(response, chatAnswer('hi')));
  const answer = await new Promise<string>((done, failed) => {
    const headers = { authorization: `Bearer ${gateway.token('t')}` };
    const call = request(
      { socketPath: gateway.socketPath, path: '/v1/chat/completions', method: 'POST', headers },
      (response) => done(text(response)),
    );
    call.on('error', failed).end(JSON.stringify(QUESTION));
  });
  expect(JSON.parse(answer).choices[0].message.content).toBe('hi');
});

test('a stream passes through; the usage the client did not ask for is kept from it', async () => {
  const chunk = (choices: unknown[], usage: unknown = null) => `data: ${JSON.stringify({ choices, usage })}\n\n`;
  const { gateway, endpoint, post } = await openGateway((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk([{ delta: { content: 'he' } }]).slice(0, 9));
    response.write(chunk([{ delta: { content: 'he' } }]).slice(9));
    response.end(`${chunk([], { prompt_tokens: 1000, completion_tokens: 1 })}data: [DONE]\n\n`);
  });
  const ask = (options: object) => post(gateway.token('t'), { ...QUESTION, stream: true, ...options });
  expect(await (await ask({})).text()).toBe(`${chunk([{ delta: { content: 'he' } }])}data: [DONE]\n\n`);
  expect(endpoint.calls[0]?.body).toMatchObject({ stream_options: { include_usage: true } });
  expect(await (await ask({ stream_options: { include_usage: true } })).text()).toContain('prompt_tokens');
  expect(gateway.usage()).toMatchObject({ requests: 2, inputTokens: 2000, outputTokens: 2 });
});

test('a busy provider is tried again, as long as it asks for', async () => {
  let calls = 0;
  const { gateway, post } = await openGateway((_, response) => {
    if (++calls < 3) sendJson(response, '{}', 429, { 'retry-after-ms': '1' });
    else sendJson(response, chatAnswer('hi'));
  });
  expect((await post(gateway.token('t'), QUESTION)).status).toBe(200);
  expect(calls).toBe(3);
  expect(gateway.usage()).toMatchObject({ requests: 1, costUSD: 0.000045 });
});

test('a 429 storm ends in an error that names it, and costs nothing', async () => {
  const { gateway, post } = await openGateway((_, response) => sendJson(response, '{"error":"slow down"}', 429));
  const answer = await post(gateway.token('t'), QUESTION);
  expect(answer.status).toBe(429);
  expect(((await answer.json()) as { error: { message: string } }).error.message).toMatchInlineSnapshot(
    `"the model's endpoint answered 429 to each of 3 tries: {"error":"slow down"}. Lower the concurrency or raise the rate limit at the provider."`,
  );
  expect(gateway.usage()).toMatchObject({ requests: 0, costUSD: 0, errors: { 'gateway.rate-limited': 1 } });
});

test('an answer that does not say what it used is estimated from its text, and marked', async () => {
  const answer = { choices: [{ message: { role: 'assistant', content: 'word '.repeat(100) }, finish_reason: 'stop' }] };
  const { gateway, entries, post } = await openGateway((_, response) => sendJson(response, JSON.stringify(answer)));
  await post(gateway.token('t'), { ...QUESTION, max_completion_tokens: 10_000 });
  const { outputTokens, inputTokens, estimated } = gateway.usage();
  expect(outputTokens).toBeGreaterThanOrEqual(100);
  expect(outputTokens).toBeLessThan(400);
  expect(inputTokens).toBeGreaterThan(10);
  expect(estimated).toBe(1);
  expect(entries[0]).toMatchObject({ estimated: true });
});

test('a rehearsal is reported as one', async () => {
  const { gateway, post } = await openGateway((_, response) =>
    sendJson(response, chatAnswer('hi'), 200, { 'x-huxley-rehearsal': 'true' }),
  );
  expect(gateway.usage().rehearsal).toBe(false);
  await post(gateway.token('t'), QUESTION);
  expect(gateway.usage().rehearsal).toBe(true);
});

test('a session recorded once replays byte for byte with the endpoint gone', async ({ task }) => {
  const file = `/tmp/huxley-recording-${process.pid}-${task.id}.jsonl`;
  let calls = 0;
  const first = await openGateway((_, response) => sendJson(response, chatAnswer(`answer ${++calls}`)), {
    record: file,
  });
  const recorded = [];
  for (let i = 0; i < 3; i++) recorded.push(await (await first.post(first.gateway.token('t'), QUESTION)).text());
  const second = await openGateway(() => expect.unreachable(), { upstream: { replay: file } });
  const replayed = [];
  for (let i = 0; i < 3; i++) replayed.push(await (await second.post(second.gateway.token('t'), QUESTION)).text());
  expect(replayed).toEqual(recorded);
  expect(second.gateway.usage()).toEqual(first.gateway.usage());
  const more = await second.post(second.gateway.token('t'), QUESTION);
  expect(await more.text()).toContain('holds no (further) answer');
});

test('a call too long to be read is written down, without what was in it', async () => {
  const { gateway, entries, post } = await openGateway(() => expect.unreachable(), { maxRequestBytes: 1000 });
  const answer = await post(gateway.token('t'), { ...QUESTION, user: 'x'.repeat(1000) });
  expect(answer.status).toBe(413);
  expect(gateway.usage('t')).toMatchObject({ requests: 0, costUSD: 0, errors: { 'gateway.oversize': 1 } });
  expect(entries).toMatchObject([
    { task: 't', status: 413, request: '', error: 'gateway.oversize: the request is over 1000 bytes' },
  ]);
});

/** Sends requests one after another over one connection; the statuses of their answers, 0 where the connection was closed. */
async function overOneConnection(socketPath: string, key: string, bodies: readonly string[]) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const statuses: number[] = [];
  for (const body of bodies)
    statuses.push(
      await new Promise<number>((done) => {
        const headers = { authorization: `Bearer ${key}`, 'content-length': Buffer.byteLength(body) };
        const call = request({ socketPath, path: '/v1/chat/completions', method: 'POST', headers, agent }, (response) =>
          response.resume().on('end', () => done(response.statusCode ?? 0)),
        );
        call.setTimeout(5_000, () => call.destroy()).on('error', () => done(0));
        call.end(body);
      }),
    );
  agent.destroy();
  return statuses;
}

test('after a call that was refused for its size, its model or its key, the same connection serves the next', async () => {
  const { gateway, post } = await openGateway((_, response) => sendJson(response, chatAnswer('hi')));
  const good = JSON.stringify(QUESTION);
  const large = JSON.stringify({ ...QUESTION, user: 'x'.repeat(6_000_000) });
  const other = JSON.stringify({ ...QUESTION, model: 'other', user: 'x'.repeat(3_000_000) });
  const key = gateway.token('t');
  const bodies = [good, large, good, large, large, other, good];
  expect(await overOneConnection(gateway.socketPath, key, bodies)).toEqual([200, 413, 200, 413, 413, 403, 200]);
  expect(await overOneConnection(gateway.socketPath, 'wrong', [large, good])).toEqual([401, 401]);
  // Undici, which the agents of most people use.
  for (const [body, status] of [
    [large, 413],
    [good, 200],
    [large, 413],
    [good, 200],
  ] as const)
    expect((await post(key, body)).status).toBe(status);
});

test('a chunked body over the limit is refused the same way', async () => {
  const { gateway } = await openGateway((_, response) => sendJson(response, chatAnswer('hi')));
  const headers = { authorization: `Bearer ${gateway.token('t')}` };
  const body = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 100; i++) controller.enqueue(Buffer.alloc(65_536, 'x'));
      controller.close();
    },
  });
  const options = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
  expect((await fetch(`${gateway.baseURL}/chat/completions`, options)).status).toBe(413);
});

test('a body that does not come is given up, and makes room for the others', async () => {
  const { gateway, entries, post } = await openGateway((_, response) => sendJson(response, chatAnswer('hi')), {
    bodySeconds: 0.3,
  });
  const key = gateway.token('t');
  const sockets = Array.from({ length: 40 }, () => connect(gateway.socketPath));
  for (const socket of sockets)
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-length: 9\r\n\r\n{`,
    );
  const first = text(sockets[0]!);
  await sleep(50);
  expect((await post(key, QUESTION)).status).toBe(200);
  expect(await first).toMatch(/^HTTP\/1.1 408[\s\S]*connection: close[\s\S]*gateway.slow-request/);
  for (const socket of sockets) socket.destroy();
  expect(entries.find(({ status }) => status === 408)).toMatchObject({ task: 't', request: '' });
});

test('every refused call is noted with its key, whatever it was refused for', async () => {
  const { gateway, entries, post } = await openGateway((_, response) => sendJson(response, chatAnswer('hi')));
  const own: string[] = [];
  const key = gateway.token('t', {}, { transcript: ({ error }) => own.push(error ?? 'answered') });
  await post(key, { ...QUESTION, prediction: { content: 'x' } });
  await post(key, { ...QUESTION, model: 'other' });
  await post(key, QUESTION, '/embeddings');
  await post(key, 'no JSON');
  await post(key, QUESTION);
  await post(gateway.token('u'), QUESTION);
  expect(own.map((error) => error.split(':')[0])).toEqual([
    'gateway.request',
    'gateway.model',
    'gateway.path',
    'gateway.request',
    'answered',
  ]);
  expect(own[0]).toContain("field 'prediction' is not passed on by the gateway: it is paid for beyond the limit");
  expect(entries).toHaveLength(6);
  expect(gateway.usage('t').errors).toEqual({ 'gateway.request': 2, 'gateway.model': 1, 'gateway.path': 1 });
});

test('answers to one key that are in memory at once are bounded; those that fit are served', async () => {
  const large = chatAnswer('x'.repeat(6_000_000));
  const refused = Promise.withResolvers<void>();
  const { gateway, post } = await openGateway(async (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write(large.slice(0, -1));
    await Promise.race([refused.promise, sleep(10_000)]);
    response.end(large.slice(-1));
  });
  const key = gateway.token('t');
  const statuses = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const answer = await post(key, { ...QUESTION, max_completion_tokens: 10 });
      if (answer.status === 502) refused.resolve();
      await answer.text();
      return answer.status;
    }),
  );
  expect(statuses).toContain(200);
  expect(statuses).toContain(502);
  const after = await post(key, { ...QUESTION, max_completion_tokens: 10 });
  expect(after.status).toBe(200);
});

test.each([
  [
    { prompt_tokens: 2_000, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 1_920 }, cost: 0.000_1 },
    { prompt_tokens: 2_000, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 0 }, cost: null },
  ],
  [
    {
      ...{ prompt_tokens: 2_000, prompt_cache_hit_tokens: 1_920, prompt_cache_miss_tokens: 80 },
      ...{ completion_tokens: 3, prompt_tokens_details: { cached_tokens: 1_920 } },
    },
    {
      ...{ prompt_tokens: 2_000, prompt_cache_hit_tokens: 0, prompt_cache_miss_tokens: 2_000 },
      ...{ completion_tokens: 3, prompt_tokens_details: { cached_tokens: 0 } },
    },
  ],
])('what a provider kept of another attempt is billed and shown to nobody', async (usage, shown) => {
  const { gateway, endpoint, post } = await openGateway(({ body }, response) => {
    const answer = {
      choices: [{ index: 0, message: { content: 'cache' }, delta: { content: 'cache' }, finish_reason: 'stop' }],
      usage,
    };
    if ((body as { stream?: boolean }).stream)
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(`data: ${JSON.stringify(answer)}\n\ndata: [DONE]\n\n`);
    else sendJson(response, JSON.stringify(answer));
  });
  const hello = [{ role: 'user', content: 'hello' }];
  const progress = { return_progress: true, timings_per_token: true, perf_metrics_in_response: true };
  const question = {
    ...{ model: 'gpt-5-mini', messages: hello, prompt_cache_key: 'mine', prompt_cache_retention: '24h' },
    ...progress,
  };
  const key = gateway.token('a');
  expect(await (await post(key, question)).json()).toMatchObject({ usage: shown });
  const streamed = { ...question, stream: true, stream_options: { include_usage: true } };
  const [event] = (await (await post(key, streamed)).text()).split('\n\n');
  expect(JSON.parse(event!.slice('data: '.length)).usage).toEqual(shown);
  await post(gateway.token('b'), question);
  const keys = endpoint.calls.map(({ body }) => (body as { prompt_cache_key?: string }).prompt_cache_key);
  expect(keys[0]).toMatch(/^huxley-/);
  expect(new Set(keys).size).toBe(2);
  expect(JSON.stringify(endpoint.calls)).not.toMatch(/mine|prompt_cache_retention|progress|per_token|perf_metrics/);
});

test('times that a server measured are left out of an event that says nothing else', async () => {
  const { gateway, post } = await openGateway((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const usage = { prompt_tokens: 9, completion_tokens: 1, prompt_time: 0.7, total_tokens_per_sec: 70 };
    const choices = [{ index: 0, delta: { content: 'total_time' }, finish_reason: 'stop' }];
    return response.end(`data: ${JSON.stringify({ choices, usage })}\n\ndata: [DONE]\n\n`);
  });
  const events = await (await post(gateway.token('a'), { ...QUESTION, stream: true })).text();
  expect(events).toContain('"content":"total_time"');
  expect(events).not.toMatch(/prompt_time|per_sec/);
});

test('whatever a server tells of its cache is blank, and what the model says is not', async () => {
  const call = { id: '1', type: 'function', function: { name: 'f', arguments: { cached: 7 } } };
  const said = { role: 'assistant', content: [{ type: 'text', text: 'x', cached: 7 }], tool_calls: [call] };
  const answer = {
    choices: [{ index: 0, message: said, delta: said, finish_reason: 'stop', meta_info: { cached_tokens: 7, id: 3 } }],
    ...{ prompt_progress: { total: 9, cache: 7, processed: 8 }, timings: { cache_n: 7 }, perf_metrics: { a: '7' } },
    ...{ sglext: { cached_tokens_details: [{ device: 7 }] }, deep: { cost: 7, cache_hit: true } },
    ...{
      time_info: { prompt_time: 0.7 },
      x_groq: { usage: { queue_time: 0.7, prompt_time: 0.7, total_latency: 7, n: 7 } },
    },
  };
  const shown = {
    choices: [{ ...answer.choices[0]!, meta_info: { cached_tokens: 0, id: 3 } }],
    ...{ sglext: { cached_tokens_details: [{ device: 0 }] }, deep: { cost: null, cache_hit: false } },
    x_groq: { usage: { n: 7 } },
  };
  const { gateway, post } = await openGateway(({ body }, response) => {
    if (!(body as { stream?: boolean }).stream) return sendJson(response, JSON.stringify(answer));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    return response.end(`data: ${JSON.stringify(answer)}\n\ndata: [DONE]\n\n`);
  });
  const key = gateway.token('a');
  expect(await (await post(key, QUESTION)).json()).toEqual(shown);
  const events = await (await post(key, { ...QUESTION, stream: true })).text();
  expect(JSON.parse(events.split('\n\n')[0]!.slice('data: '.length))).toEqual(shown);
});
