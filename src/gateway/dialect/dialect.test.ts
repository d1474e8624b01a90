import { expect, test } from 'vitest';
import { chatAnswer, sendJson } from '../../../test/support/endpoint.ts';
import { openGateway, QUESTION } from '../../../test/support/gateway.ts';
import { isContextOverflow } from '../record/overflow.ts';

type Body = Readonly<Record<string, unknown>>;

/** An endpoint that refuses bodies as `refuse` says, with a status and an error, and answers the others. */
function picky(refuse: (body: Body) => readonly [number, unknown] | undefined, options = {}) {
  return openGateway(({ body }, response) => {
    const refusal = refuse(body);
    if (refusal) return sendJson(response, JSON.stringify(refusal[1]), refusal[0]);
    if (body.stream !== true) return sendJson(response, chatAnswer('hi'));
    const events = [{ choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: 'stop' }] }];
    return response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .end(`${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`);
  }, options);
}

const unsupported = (param: string, message = `Unsupported parameter: '${param}' is not supported with this model.`) =>
  [400, { error: { message, type: 'invalid_request_error', param, code: 'unsupported_parameter' } }] as const;
const extra = (field: string) =>
  [
    422,
    { detail: [{ type: 'extra_forbidden', loc: ['body', field], msg: 'Extra inputs are not permitted' }] },
  ] as const;

test.each([
  ['OpenAI’s words', (field: string) => unsupported(field)],
  ['FastAPI’s', extra],
  ['words alone', (field: string) => [400, { error: `unknown field "${field}"` }] as const],
  [
    'Mistral’s',
    (field: string) =>
      [422, { object: 'error', message: { detail: [{ loc: ['body', field] }] }, msg: `extra: ${field}` }] as const,
  ],
])('a limit field the endpoint refuses is learned once, told in %s', async (_, refusal) => {
  const { gateway, endpoint, post } = await picky((body) =>
    'max_completion_tokens' in body ? refusal('max_completion_tokens') : undefined,
  );
  for (let i = 0; i < 3; i++)
    expect((await post(gateway.token('t'), { ...QUESTION, max_completion_tokens: 9 })).status).toBe(200);
  const limits = endpoint.calls.map(({ body }) => [body.max_completion_tokens, body.max_tokens]);
  expect(limits).toEqual([
    [9, undefined],
    [undefined, 9],
    [undefined, 9],
    [undefined, 9],
  ]);
  expect(gateway.usage()).toMatchObject({ requests: 3, errors: {} });
});

test('stream_options the endpoint refuses are left out, and the usage is estimated', async () => {
  const { gateway, endpoint, post } = await picky((body) =>
    'stream_options' in body ? extra('stream_options') : undefined,
  );
  for (let i = 0; i < 2; i++) {
    const answer = await post(gateway.token('t'), { ...QUESTION, stream: true });
    expect(await answer.text()).toContain('[DONE]');
  }
  expect(endpoint.calls.map(({ body }) => 'stream_options' in body)).toEqual([true, false, false]);
  expect(gateway.usage()).toMatchObject({ requests: 2, estimated: 2 });
  expect(gateway.usage().outputTokens).toBeLessThan(1_000);
});

test('optional fields a model does not take are left out, each learned once', async () => {
  const fields = {
    temperature: 0,
    top_p: 0.5,
    parallel_tool_calls: false,
    reasoning_effort: 'low',
    metadata: { a: 'b' },
  };
  const { gateway, endpoint, post } = await picky((body) => {
    const field = Object.keys(fields).find((name) => name in body);
    return field === undefined
      ? undefined
      : unsupported(field, `Unsupported value: '${field}' does not support 0 with this model.`);
  });
  const key = gateway.token('t');
  expect((await post(key, { ...QUESTION, ...fields })).status).toBe(200);
  expect((await post(key, { ...QUESTION, ...fields })).status).toBe(200);
  expect(endpoint.calls).toHaveLength(7);
  expect(endpoint.calls.at(-1)!.body).toMatchObject(QUESTION);
});

test('a refusal that is about the conversation is the client’s, and is not tried again', async () => {
  const error = {
    message: "Invalid 'messages[0].content': too bad",
    param: 'messages[0].content',
    code: 'invalid_value',
  };
  const { gateway, endpoint, post } = await picky(() => [400, { error }]);
  const answer = await post(gateway.token('t'), { ...QUESTION, temperature: 0, max_tokens: 5 });
  expect([answer.status, await answer.json()]).toEqual([400, { error }]);
  expect(endpoint.calls).toHaveLength(1);
});

test.each([
  [
    'vLLM',
    (limit: number) =>
      `This model's maximum context length is 8192 tokens. However, you requested ${limit + 92} tokens (92 in the messages, ${limit} in the completion).`,
    8192 - 92 - 16,
  ],
  [
    'OpenAI',
    (limit: number) => `max_tokens is too large: ${limit}. This model supports at most 4096 completion tokens.`,
    4096,
  ],
  ['others', () => 'requested tokens exceed the context window of this model', 4096],
])('our own limit is lowered where it is what does not fit: %s', async (_, words, most) => {
  const { gateway, endpoint, entries, post } = await picky((body) => {
    const limit = body.max_completion_tokens as number;
    return limit > most ? [400, { error: { message: words(limit), code: 'context_length_exceeded' } }] : undefined;
  });
  expect((await post(gateway.token('t'), QUESTION)).status).toBe(200);
  expect(endpoint.calls.map(({ body }) => body.max_completion_tokens)).toEqual([16_384, most]);
  expect(entries).toHaveLength(1);
});

test('a conversation that does not fit with any limit is an overflow; one that failed at ours is none', async () => {
  const error = { message: 'Too long for the context.', code: 'context_length_exceeded' };
  const { gateway, endpoint, entries, post } = await picky(() => [400, { error }]);
  await post(gateway.token('t'), QUESTION);
  expect(endpoint.calls.map(({ body }) => body.max_completion_tokens)).toEqual([16_384, 4096, 1024, 256]);
  expect(isContextOverflow(entries[0]!)).toBe(true);
  expect(isContextOverflow({ ...entries[0]!, ownLimit: 4096 })).toBe(false);
  const named = await post(gateway.token('t'), { ...QUESTION, max_tokens: 2000 });
  expect(named.status).toBe(400);
  expect(isContextOverflow(entries[1]!)).toBe(true);
});

test('the limit on an answer is configured', async () => {
  const { gateway, endpoint, post } = await picky(() => undefined, { maxOutputTokens: 900 });
  await post(gateway.token('t'), QUESTION);
  await post(gateway.token('t'), { ...QUESTION, max_tokens: 5_000 });
  expect(endpoint.calls.map(({ body }) => body.max_completion_tokens)).toEqual([900, 900]);
});

test('fields that mean nothing pass, whatever their names', async () => {
  const nothing = {
    tools: null,
    service_tier: null,
    background: false,
    audio: null,
    conversation: null,
    plugins: null,
  };
  const unknown = {
    prompt: null,
    previous_response_id: null,
    made_up: '',
    other: {},
    list: [],
    stream_options: null,
    max_tokens: null,
  };
  const message = {
    refusal: null,
    function_call: null,
    audio: null,
    annotations: [],
    tool_calls: [],
    weight: 1,
    reasoning_content: 'hm',
  };
  const cached = [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }];
  const { gateway, endpoint, post } = await picky(() => undefined);
  const body = {
    ...QUESTION,
    ...nothing,
    ...unknown,
    reasoning: {},
    modalities: ['text'],
    messages: [
      { role: 'user', content: cached },
      { role: 'assistant', content: null, ...message },
      {
        role: 'assistant',
        content: 'a',
        tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{}' }, index: 0 }],
      },
      { role: 'tool', tool_call_id: '1', content: [{ text: 'no type' }, { type: 'text', text: 'y' }] },
    ],
    tools: [
      {
        type: 'function',
        function: { name: 'f', parameters: { properties: { image_url: { type: 'string' } } }, strict: false },
      },
    ],
    tool_choice: { type: 'function', function: { name: 'f' } },
  };
  expect(await (await post(gateway.token('t'), body)).json()).toHaveProperty('choices');
  const responses = {
    model: 'gpt-5-mini',
    background: false,
    previous_response_id: null,
    reasoning: { effort: 'low', summary: null },
    tools: [],
    include: ['reasoning.encrypted_content'],
    instructions: 'be short',
    input: [
      { role: 'user', content: 'x' },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 's' }],
        encrypted_content: 'abc',
        content: null,
      },
      {
        type: 'message',
        role: 'assistant',
        id: 'msg_1',
        status: 'completed',
        content: [{ type: 'output_text', text: 'x', annotations: [], logprobs: [] }],
      },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}', id: 'fc_1', status: 'completed' },
      { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'y' }] },
    ],
  };
  expect((await post(gateway.token('t'), responses, '/responses')).status).toBe(200);
  expect(endpoint.calls[0]!.body).not.toHaveProperty('service_tier');
  expect(JSON.stringify(endpoint.calls[0]!.body)).toContain('"cache_control":{"type":"ephemeral"}');
});
