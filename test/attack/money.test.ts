import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { chatAnswer, sendJson } from '../support/endpoint.ts';
import { openGateway, QUESTION } from '../support/gateway.ts';
import { attack } from './attack.ts';

const numbered = (number: number, name: string, defence: string) =>
  ({ number, family: 'spend', name, answer: 'prevented', defence }) as const;

const LIMITS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'];
/** US dollars of gpt-5-mini's output. */
const dollars = (output: number) => (output * 2) / 1e6;

attack(numbered(208, 'Name two limits on the output', 'one limit is sent, the least, by the gateway'), async () => {
  const { gateway, endpoint, post } = await openGateway((_, response) => sendJson(response, chatAnswer('hi')));
  const pairs = [
    { max_tokens: 16_000, max_completion_tokens: 10 },
    { max_tokens: 10, max_completion_tokens: 16_000 },
    { max_output_tokens: 10, max_tokens: 16_000 },
    { max_tokens: null, max_completion_tokens: 10 },
    { max_tokens: 10 },
  ];
  for (const pair of pairs) await post(gateway.token('t'), { ...QUESTION, ...pair });
  const responses = { model: 'gpt-5-mini', input: 'x', max_tokens: 16_000, max_output_tokens: 10 };
  await post(gateway.token('t'), responses, '/responses');
  const sent = endpoint.calls.map(({ body }) =>
    LIMITS.filter((field) => field in body).map((field) => [field, body[field]]),
  );
  expect(sent).toEqual([...pairs.map(() => [['max_completion_tokens', 10]]), [['max_output_tokens', 10]]]);
  return `${sent.length} calls, one limit of 10 each`;
});

attack(
  numbered(
    209,
    'Have a server obey another limit than the one that is sent',
    'an answer longer than was asked for is counted, and teaches the other field',
  ),
  async () => {
    const { gateway, endpoint, post } = await openGateway(({ body }, response) => {
      const completion_tokens = (body.max_tokens as number | undefined) ?? 20_000;
      sendJson(response, chatAnswer('long', { prompt_tokens: 10, completion_tokens }));
    });
    for (let i = 0; i < 4; i++) await post(gateway.token('t'), { ...QUESTION, max_completion_tokens: 50 });
    expect(endpoint.calls.map(({ body }) => body.max_tokens)).toEqual([undefined, 50, 50, 50]);
    expect(gateway.usage().outputTokens).toBe(20_150);
    return 'one overrun, counted in full; 50 tokens each from then on';
  },
);

attack(
  numbered(210, 'Have calls end in ways that may be billed', 'an outcome that is not known costs what was set aside'),
  async () => {
    const ask = { ...QUESTION, max_completion_tokens: 1000 };
    const cost: Record<string, number> = {};
    for (const status of [408, 504, 524, 500, 503, 429]) {
      const { gateway, post } = await openGateway((_, response) => sendJson(response, '{}', status));
      await post(gateway.token('t'), ask);
      cost[status] = gateway.usage().costUSD;
    }
    for (const status of [408, 504, 524]) expect(cost[status]).toBeGreaterThanOrEqual(3 * dollars(1000));
    for (const status of [500, 503, 429]) expect(cost[status]).toBe(0);

    const late = await openGateway(() => undefined, { callSeconds: 0.2 });
    await late.post(late.gateway.token('t'), ask);
    expect(late.gateway.usage().costUSD).toBeGreaterThanOrEqual(dollars(1000));
    const reset = await openGateway((_, __, request) => request.socket.destroy());
    await reset.post(reset.gateway.token('t'), ask);
    expect(reset.gateway.usage().costUSD).toBeGreaterThanOrEqual(3 * dollars(1000));
    return `408, 504, 524: three reservations each; a timeout: one; 429, 500, 503: none`;
  },
);

attack(
  numbered(
    211,
    'Have a stream cut after it said that little was used',
    'what breaks off costs at least what was set aside',
  ),
  async () => {
    const costs = [];
    for (const used of [1, 5_000]) {
      const { gateway, post } = await openGateway(async (_, response, request) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const usage = { prompt_tokens: 1, completion_tokens: used };
        response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x' } }], usage })}\n\n`);
        await sleep(20);
        request.socket.destroy();
      });
      const answer = await post(gateway.token('t'), { ...QUESTION, stream: true, max_completion_tokens: 1000 });
      expect(await answer.text()).toContain('gateway.cut');
      costs.push(gateway.usage().costUSD);
    }
    expect(costs[0]).toBeGreaterThanOrEqual(dollars(1000));
    expect(costs[1]).toBeGreaterThanOrEqual(dollars(5000));
    return `said 1 token: $${costs[0]}; said 5,000: $${costs[1]}`;
  },
);

attack(
  numbered(
    212,
    'Be answered by a dearer model or tier than was asked',
    'priced by the model and the tier the answer reports, never below the model asked',
  ),
  async () => {
    const models = ['gpt-4o', 'gpt-4o-2024-05-13', 'gpt-4o-2024-08-06', 'gpt-4o-2099-01-01', 'gpt-5.4-mini-2099-03-17'];
    let answer: object = {};
    const { gateway, endpoint, post } = await openGateway(
      (_, response) =>
        sendJson(
          response,
          JSON.stringify({
            choices: [{ message: {} }],
            usage: { prompt_tokens: 1000, completion_tokens: 1000 },
            ...answer,
          }),
        ),
      { models, budget: {} },
    );
    async function costOf(asked: string, reported: object) {
      answer = reported;
      const before = gateway.usage().costUSD;
      const { status } = await post(gateway.token('t'), { ...QUESTION, model: asked, max_completion_tokens: 1000 });
      return status === 200 ? gateway.usage().costUSD - before : status;
    }
    expect(await costOf('gpt-4o', { model: 'gpt-4o-2024-08-06' })).toBeCloseTo(0.0125, 9);
    expect(await costOf('gpt-4o', { model: 'gpt-4o-2024-05-13' })).toBeCloseTo(0.02, 9);
    expect(await costOf('gpt-4o-2024-05-13', { model: 'gpt-4o' })).toBeCloseTo(0.02, 9);
    expect(await costOf('gpt-4o-2024-08-06', { service_tier: 'default' })).toBeCloseTo(0.0125, 9);
    expect(await costOf('gpt-4o-2024-08-06', { service_tier: 'priority' })).toBeCloseTo(0.025, 9);
    const calls = endpoint.calls.length;
    expect(await costOf('gpt-4o-2099-01-01', {})).toBe(403);
    expect(await costOf('gpt-5.4-mini-2099-03-17', {})).toBe(403);
    expect(endpoint.calls).toHaveLength(calls);
    await post(gateway.token('t'), { ...QUESTION, model: 'gpt-4o', service_tier: 'auto' });
    expect(endpoint.calls.at(-1)!.body).not.toHaveProperty('service_tier');
    return 'dated model at its own price, priority at twice, unknown dates 403';
  },
);

const PICTURE = 'https://example.org/x.png';
const HIDDEN: readonly (readonly [field: string, path: string, body: object])[] = [
  ['image_url', '/chat/completions', user([{ image_url: { url: PICTURE } }])],
  ['image_url', '/chat/completions', user([{ image_url: PICTURE }])],
  ['image_url', '/chat/completions', user([{ type: 'text', text: 'look', image_url: { url: PICTURE } }])],
  ['image_url', '/chat/completions', user([{ type: null, image_url: PICTURE }])],
  ['video_url', '/chat/completions', user([{ video_url: { url: PICTURE } }])],
  ['audio_url', '/chat/completions', user([{ audio_url: { url: PICTURE } }])],
  ['input_audio', '/chat/completions', user([{ input_audio: { data: 'AAAA', format: 'wav' } }])],
  ['image_embeds', '/chat/completions', user([{ image_embeds: 'AAAA' }])],
  ['file', '/chat/completions', user([{ file: { file_id: 'file-1' } }])],
  ["'image_url'", '/chat/completions', user([{ type: 'image_url', text: 'x', image_url: PICTURE }])],
  ['audio', '/chat/completions', { messages: [{ role: 'assistant', audio: { id: 'audio_1' } }] }],
  ['images', '/chat/completions', { messages: [{ role: 'user', content: 'x', images: ['AAAA'] }] }],
  ['image', '/chat/completions', { messages: [{ role: 'user', content: 'x', image: PICTURE }] }],
  [
    'image_url',
    '/chat/completions',
    { messages: [{ role: 'tool', tool_call_id: 'c', content: [{ image_url: PICTURE }] }] },
  ],
  [
    'image_url',
    '/chat/completions',
    { messages: [{ role: 'assistant', content: 'x', thinking_blocks: [{ image_url: PICTURE }] }] },
  ],
  ['content', '/chat/completions', { messages: [{ role: 'user', content: { image_url: PICTURE } }] }],
  ['audio', '/chat/completions', { ...QUESTION, audio: { voice: 'x', format: 'wav' } }],
  ['audio', '/chat/completions', { ...QUESTION, audio: {} }],
  ['modalities', '/chat/completions', { ...QUESTION, modalities: ['text', 'audio'] }],
  ['prediction', '/chat/completions', { ...QUESTION, prediction: { type: 'content', content: 'x' } }],
  ['models', '/chat/completions', { ...QUESTION, models: ['gpt-5'] }],
  ['best_of', '/chat/completions', { ...QUESTION, best_of: 20 }],
  ['n_predict', '/chat/completions', { ...QUESTION, n_predict: 100_000 }],
  ['web_search_options', '/chat/completions', { ...QUESTION, web_search_options: {} }],
  [
    'server_url',
    '/chat/completions',
    { ...QUESTION, tools: [{ type: 'function', function: { name: 'f' }, server_url: PICTURE }] },
  ],
  ['tool choice', '/chat/completions', { ...QUESTION, tool_choice: { type: 'web_search' } }],
  ['image_url', '/responses', { input: [{ role: 'user', content: [{ image_url: PICTURE }] }] }],
  ['input_image', '/responses', { input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'file-1' }] }] }],
  [
    'file_id',
    '/responses',
    { input: [{ role: 'user', content: [{ type: 'input_text', text: 'x', file_id: 'file-1' }] }] },
  ],
  [
    'input_image',
    '/responses',
    { input: [{ type: 'function_call_output', call_id: 'c', output: [{ type: 'input_image', image_url: PICTURE }] }] },
  ],
  [
    'image_url',
    '/responses',
    { input: [{ type: 'custom_tool_call_output', call_id: 'c', output: [{ image_url: PICTURE }] }] },
  ],
  ['item_reference', '/responses', { input: [{ id: 'msg_1' }] }],
  ['item_reference', '/responses', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
  ['image_url', '/responses', { input: 'x', instructions: [{ role: 'user', content: [{ image_url: PICTURE }] }] }],
  ['prompt', '/responses', { input: 'x', prompt: { id: 'pmpt_1' } }],
];

function user(content: unknown): object {
  return { messages: [{ role: 'user', content }] };
}

attack(
  numbered(
    213,
    'Hide an image, a file or a reference in an unusual shape',
    'whole bodies are checked by shape: what is not text is refused by name',
  ),
  async () => {
    const { gateway, endpoint, post } = await openGateway((_, response) => sendJson(response, chatAnswer('hi')));
    for (const [field, path, body] of HIDDEN) {
      const response = await post(gateway.token('t'), { model: 'gpt-5-mini', ...body }, path);
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      expect([response.status, error.code, JSON.stringify(body)]).toEqual([
        400,
        'gateway.request',
        JSON.stringify(body),
      ]);
      expect(error.message).toContain(field);
    }
    expect(endpoint.calls).toEqual([]);
    return `${HIDDEN.length} shapes, each refused by name before it is sent`;
  },
);

attack(
  numbered(
    214,
    'Teach the gateway a wrong dialect by an echo',
    'a field named by the client’s own words teaches nothing, and nothing lasts that was not answered',
  ),
  async () => {
    const { gateway, endpoint, post } = await openGateway(({ body }, response) => {
      const text = JSON.stringify(body.messages);
      if (!text.includes('echo')) return sendJson(response, chatAnswer('hi'));
      const message = `Unknown value: ${text}. Unsupported parameter: not supported`;
      return sendJson(response, JSON.stringify({ error: { message, param: 'messages' } }), 400);
    });
    for (const word of ['max_completion_tokens', 'stream_options', 'temperature', 'max_completion\\u005ftokens'])
      for (const stream of [false, true]) {
        const body = JSON.stringify({
          ...QUESTION,
          stream,
          temperature: 0,
          messages: [{ role: 'user', content: 'echo WORD unsupported' }],
        });
        await post(gateway.token('t'), body.replace('WORD', word));
      }
    await post(gateway.token('t'), { ...QUESTION, stream: true, temperature: 0, max_tokens: 7 });
    expect(endpoint.calls).toHaveLength(9);
    expect(endpoint.calls.at(-1)!.body).toMatchObject({
      max_completion_tokens: 7,
      temperature: 0,
      stream_options: { include_usage: true },
    });
    return '8 echoes, none tried again, the ninth call is asked as the first';
  },
);
