import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { RETRY } from '../../src/gateway/dialect/retry.ts';
import { startGateway } from '../../src/gateway/gateway.ts';
import type { Api } from '../../src/model/limits/api.ts';
import { diagnose } from '../../src/operator/diagnose.ts';
import { trajectory } from '../../src/operator/trajectory.fixture.ts';
import { chatAnswer, fakeEndpoint, type ReceivedCall, sendJson } from '../support/endpoint.ts';
import { DIAGNOSIS } from '../support/expanding.ts';

/** A diagnosis through the gateway, from an endpoint that answers like this. */
async function diagnosed(
  answer: (call: ReceivedCall, n: number) => { status?: number; body: unknown },
  apis?: readonly Api[],
) {
  let n = 0;
  await using endpoint = await fakeEndpoint((call, response) => {
    const { status = 200, body } = answer(call, ++n);
    sendJson(response, typeof body === 'string' ? body : JSON.stringify(body), status);
  });
  const gateway = await startGateway({
    models: ['gpt-5-mini'],
    providers: [{ baseURL: endpoint.baseURL, apiKey: 'sk-test', models: ['gpt-5-mini'], apis }],
    budget: { costUSD: 5 },
    retry: { ...RETRY, tries: 2, firstWait: 0.01 },
  });
  const client = new OpenAI({ apiKey: gateway.token('diagnose'), baseURL: gateway.baseURL, maxRetries: 0 });
  try {
    const evidence = { operator: 'mutation', failed: trajectory('v0', 'a', 'unresolved') } as const;
    const found = await diagnose({
      client,
      model: 'gpt-5-mini',
      apis,
      evidence,
      source: [],
      donorDiff: '',
      signal: new AbortController().signal,
    }).catch((error: unknown) => error);
    return { found, calls: endpoint.calls };
  } finally {
    await gateway.close();
  }
}

const right = chatAnswer(`<think>{"a": 1}</think>\n\n\`\`\`json\n${JSON.stringify(DIAGNOSIS, null, 2)}\n\`\`\``);
/** An answer with other fields of its choice, and of its usage. */
const choosing = (choice: object, details = {}) => {
  const whole = JSON.parse(chatAnswer(''));
  return {
    ...whole,
    choices: [{ ...whole.choices[0], ...choice }],
    usage: { ...whole.usage, ...details },
  };
};

test('an endpoint without structured outputs is asked again without them, in words, and what it answers is read', async () => {
  const { found, calls } = await diagnosed(({ body }) =>
    'response_format' in body
      ? {
          status: 400,
          body: { error: { message: "'response_format' of type json_schema is not supported", code: 400 } },
        }
      : { body: right },
  );
  expect(found).toEqual(DIAGNOSIS);
  expect(calls).toHaveLength(2);
  expect(JSON.stringify(calls[1]!.body.messages)).toContain('Answer with one JSON object');
  expect(JSON.stringify(calls[0]!.body.messages)).not.toContain('Answer with one JSON object');
});

test('predictions come by number and leave with the task’s name; those of no task shown are left out', async () => {
  const predicted = [7, 1, 0].map((task) => ({ task, change: 'fix', chance: 0.6 }));
  const { found, calls } = await diagnosed(() => ({ body: chatAnswer(JSON.stringify({ ...DIAGNOSIS, predicted })) }));
  expect(found).toEqual({ ...DIAGNOSIS, predicted: [{ task: 'a', change: 'fix', chance: 0.6 }] });
  expect(JSON.stringify(calls[0]!.body.response_format)).toContain('"enum":["fix","break"]');
});

test('another refusal is not taken for a missing feature', async () => {
  const { found, calls } = await diagnosed(() => ({
    status: 400,
    body: { error: { message: 'the prompt is too odd' } },
  }));
  expect(found).toBeInstanceOf(OpenAI.APIError);
  expect(calls).toHaveLength(1);
});

test('a second try is longer, and what reasoning used up is said as that', async () => {
  const spent = choosing(
    { finish_reason: 'length', message: { role: 'assistant', content: '' } },
    { completion_tokens: 8_000, completion_tokens_details: { reasoning_tokens: 8_000 } },
  );
  const { found, calls } = await diagnosed((_, n) => ({ body: n === 1 ? spent : right }));
  expect(found).toEqual(DIAGNOSIS);
  expect(calls.map(({ body }) => body.max_completion_tokens)).toEqual([8_000, 16_000]);

  const always = choosing(
    { finish_reason: 'length', message: { role: 'assistant', content: '' } },
    { completion_tokens: 16_000, completion_tokens_details: { reasoning_tokens: 15_500 } },
  );
  expect((await diagnosed(() => ({ body: always }))).found).toMatchObject({
    code: 'operator.diagnosis',
    message: expect.stringContaining('15500 of 16000 output tokens went into reasoning'),
    remedy: expect.stringContaining('reasons less'),
  });
});

test.each([
  [
    'a refusal',
    { message: { role: 'assistant', content: null, refusal: 'I cannot help.' } },
    /the model refused: I cannot help/,
    /another model/,
  ],
  [
    'a filter',
    { finish_reason: 'content_filter', message: { role: 'assistant', content: '{"su' } },
    /content filter/,
    /another model/,
  ],
  [
    'an answer cut off',
    { finish_reason: 'length', message: { role: 'assistant', content: '{"su' } },
    /longer than 16000 tokens/,
    /another model/,
  ],
  ['prose', { message: { role: 'assistant', content: 'Try harder.' } }, /no JSON object/, /structured outputs/],
])('%s is named as what it is, with what helps', async (_, choice, what, remedy) => {
  const { found } = await diagnosed(() => ({ body: choosing(choice) }));
  expect(found).toMatchObject({
    code: 'operator.diagnosis',
    message: expect.stringMatching(what),
    remedy: expect.stringMatching(remedy),
  });
});

test('without structured outputs and without the shape, both are named', async () => {
  const { found } = await diagnosed(({ body }) =>
    'response_format' in body
      ? { status: 422, body: { error: { message: 'json_schema: extra field' } } }
      : { body: chatAnswer('Try harder.') },
  );
  expect(found).toMatchObject({ remedy: expect.stringContaining('takes no response format') });
});

test('an error inside a 200 is the endpoint’s trouble, not the model’s', async () => {
  const { found } = await diagnosed(() => ({ body: { error: { code: 502, message: 'upstream went away' } } }));
  expect((found as { code?: string }).code).not.toBe('operator.diagnosis');
});

/** An answer of Anthropic's API. */
const message = (text: string, more: object = {}) => ({
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'gpt-5-mini', stop_reason: 'end_turn' },
  ...{
    content: [
      { type: 'thinking', thinking: '{' },
      { type: 'text', text },
    ],
  },
  ...{ usage: { input_tokens: 100, output_tokens: 10 }, ...more },
});

test('a provider that speaks Messages alone is asked by it, in words for the shape', async () => {
  const { found, calls } = await diagnosed(() => ({ body: message(JSON.stringify(DIAGNOSIS)) }), ['messages']);
  expect(found).toEqual(DIAGNOSIS);
  expect(calls).toMatchObject([{ path: '/v1/messages', body: { max_tokens: 8_000 } }]);
  expect(calls[0]!.body.system).toContain('Answer with one JSON object');
});

test.each([
  ['cut off', message('{"su', { stop_reason: 'max_tokens' }), /longer than 16000 tokens/],
  ['refused', message('', { stop_reason: 'refusal', content: [] }), /the model refused/],
  ['prose', message('Try harder.'), /no JSON object/],
])('an answer by Messages that is %s is named as that', async (_, body, what) => {
  const { found } = await diagnosed(() => ({ body }), ['messages']);
  expect(found).toMatchObject({ code: 'operator.diagnosis', message: expect.stringMatching(what) });
});

test('a provider that speaks Responses and not Chat Completions is asked by that', async () => {
  const output = (text: string) => [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }];
  const usage = { input_tokens: 100, output_tokens: 10, total_tokens: 110 };
  const response = { id: 'r', object: 'response', model: 'gpt-5-mini', usage };
  const cut = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: output('{') };
  const { found, calls } = await diagnosed(
    (_, n) => ({
      body: { ...response, ...(n === 1 ? cut : { status: 'completed', output: output(JSON.stringify(DIAGNOSIS)) }) },
    }),
    ['messages', 'responses'],
  );
  expect(found).toEqual(DIAGNOSIS);
  expect(calls.map(({ path, body }) => [path, body.max_output_tokens])).toEqual([
    ['/v1/responses', 8_000],
    ['/v1/responses', 16_000],
  ]);
  expect(calls[0]!.body).toMatchObject({ text: { format: { type: 'json_schema' } } });
});
