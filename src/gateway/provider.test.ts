import { expect, onTestFinished, test } from 'vitest';
import { chatAnswer, type FakeEndpoint, fakeEndpoint, sendJson } from '../../test/support/endpoint.ts';
import { openGateway, QUESTION } from '../../test/support/gateway.ts';
import { startGateway } from './gateway.ts';
import type { ProviderEndpoint } from './provider.ts';

const CLAUDE = 'claude-sonnet-4-5';
const answered = JSON.stringify({
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: CLAUDE, content: [{ type: 'text', text: 'hi' }] },
  ...{ stop_reason: 'end_turn', usage: { input_tokens: 100, output_tokens: 10 } },
});

/** A gateway with a default endpoint, and a provider besides. */
async function twoProviders(
  answer: Parameters<typeof fakeEndpoint>[0],
  provider: Partial<ProviderEndpoint> = {},
  byDefault: Parameters<typeof fakeEndpoint>[0] = (_, response) => sendJson(response, chatAnswer('hi')),
) {
  const other: FakeEndpoint = await fakeEndpoint(answer);
  onTestFinished(() => other[Symbol.asyncDispose]());
  const made = { baseURL: other.baseURL, apiKey: 'sk-of-the-provider', models: [CLAUDE], ...provider };
  const opened = await openGateway(byDefault, { models: ['gpt-5-mini', CLAUDE], providers: [made] });
  return { ...opened, other };
}

const ask = (model: string) => ({ ...QUESTION, model, max_tokens: 100 });

test('each model is asked at its provider, and priced there, within one budget', async () => {
  const { gateway, endpoint, other, post } = await twoProviders((_, response) => sendJson(response, answered));
  const key = gateway.token('t');
  expect((await post(key, ask(CLAUDE), '/messages')).status).toBe(200);
  expect((await post(key, QUESTION)).status).toBe(200);
  expect(other.calls).toMatchObject([{ path: '/v1/messages', body: { model: CLAUDE } }]);
  expect(endpoint.calls).toMatchObject([{ path: '/v1/chat/completions', body: { model: 'gpt-5-mini' } }]);
  // $3 and $15 a million tokens of the one, $0.25 and $2 of the other.
  const costUSD = (100 * 3 + 10 * 15) / 1e6 + (100 * 0.25 + 10 * 2) / 1e6;
  expect(gateway.usage('t')).toMatchObject({ requests: 2, inputTokens: 200, outputTokens: 20, costUSD });
  const listed = await fetch(`${gateway.baseURL}/models`, { headers: { authorization: `Bearer ${key}` } });
  expect(((await listed.json()) as { data: { id: string }[] }).data.map(({ id }) => id)).toEqual([
    'gpt-5-mini',
    CLAUDE,
  ]);
});

test('a call by an API that the provider does not speak is refused, with the one it does', async () => {
  const { gateway, other, post } = await twoProviders(() => expect.unreachable(), { apis: ['messages'] });
  const key = gateway.token('t');
  const answer = await post(key, ask(CLAUDE));
  expect(answer.status).toBe(404);
  expect(((await answer.json()) as { error: object }).error).toMatchObject({
    code: 'gateway.path',
    message:
      'the provider of claude-sonnet-4-5 does not speak the API of /v1/chat/completions. Use POST /v1/messages for this model.',
  });
  expect((await post(key, { model: CLAUDE, input: 'hello' }, '/responses')).status).toBe(404);
  expect((await post(key, QUESTION)).status).toBe(200);
  expect(other.calls).toEqual([]);
});

test('tokens are counted at the provider of the model', async () => {
  const { gateway, endpoint, other, post } = await twoProviders((_, response) =>
    sendJson(response, '{"input_tokens":7}'),
  );
  const counted = await post(gateway.token('t'), { ...QUESTION, model: CLAUDE }, '/messages/count_tokens');
  expect(await counted.json()).toEqual({ input_tokens: 7 });
  expect([other.calls.map(({ path }) => path), endpoint.calls]).toEqual([['/v1/messages/count_tokens'], []]);
});

test('what one provider refuses is not kept from another', async () => {
  const refuses = (field: string) => (call: { body: object }, response: Parameters<typeof sendJson>[0]) =>
    field in call.body
      ? sendJson(response, JSON.stringify({ error: { message: `${field} is not supported`, param: field } }), 400)
      : sendJson(response, chatAnswer('hi'));
  const { gateway, endpoint, other, post } = await twoProviders(refuses('temperature'), {}, refuses('seed'));
  const key = gateway.token('t');
  for (const model of [CLAUDE, 'gpt-5-mini', CLAUDE, 'gpt-5-mini'])
    expect((await post(key, { ...ask(model), temperature: 0, seed: 1 })).status).toBe(200);
  const fields = ({ calls }: FakeEndpoint) =>
    calls.map(({ body }) => ['temperature', 'seed'].filter((name) => name in body));
  expect(fields(other)).toEqual([['temperature', 'seed'], ['seed'], ['seed']]);
  expect(fields(endpoint)).toEqual([['temperature', 'seed'], ['temperature'], ['temperature']]);
});

test('a probe of one provider keeps no call to another waiting', async () => {
  const probed = Promise.withResolvers<void>();
  const { gateway, other, post } = await twoProviders(async (_, response) => {
    await probed.promise;
    sendJson(response, answered);
  });
  const probe = post(gateway.token('probe', {}, { alone: true }), ask(CLAUDE), '/messages');
  await expect.poll(() => other.calls.length).toBe(1);
  expect((await post(gateway.token('t'), QUESTION)).status).toBe(200);
  probed.resolve();
  expect((await probe).status).toBe(200);
});

test('only answers of a rehearsal model make a rehearsal, whichever provider they are from', async () => {
  const { gateway, post } = await twoProviders((_, response) =>
    sendJson(response, answered, 200, { 'x-huxley-rehearsal': 'true' }),
  );
  await post(gateway.token('real'), QUESTION);
  expect(gateway.usage().rehearsal).toBe(false);
  await post(gateway.token('rehearsed'), ask(CLAUDE), '/messages');
  expect([gateway.usage('real').rehearsal, gateway.usage('rehearsed').rehearsal]).toEqual([false, true]);
});

test('a gateway needs an endpoint for every model', async () => {
  await expect(startGateway({ models: ['m'], budget: {} })).rejects.toThrow('no provider has the model m');
});
