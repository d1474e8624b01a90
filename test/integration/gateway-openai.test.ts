import OpenAI from 'openai';
import { expect, onTestFinished, test } from 'vitest';
import { type GatewayOptions, startGateway } from '../../src/gateway/gateway.ts';
import { startRehearsal } from '../../src/rehearsal/server.ts';
import { fakeEndpoint } from '../support/endpoint.ts';

async function open(options: Partial<GatewayOptions> = {}) {
  const rehearsal = await startRehearsal({ seed: 1 });
  const gateway = await startGateway({
    upstream: { baseURL: rehearsal.baseURL, apiKey: 'none' },
    models: ['rehearsal'],
    budget: {},
    ...options,
  });
  onTestFinished(async () => {
    await gateway.close();
    await rehearsal[Symbol.asyncDispose]();
  });
  return { gateway, openai: new OpenAI({ baseURL: gateway.baseURL, apiKey: gateway.token('t') }) };
}

const messages = [{ role: 'user' as const, content: 'What do you know?' }];

test('OpenAI’s client works through the gateway: both APIs, whole and streamed, all of it counted', async () => {
  const { gateway, openai } = await open();
  const chat = await openai.chat.completions.create({ model: 'rehearsal', messages });
  const streamed = await openai.chat.completions.stream({ model: 'rehearsal', messages }).finalMessage();
  expect(streamed.content).toBe(chat.choices[0]!.message.content);
  const response = await openai.responses.create({ model: 'rehearsal', input: 'What do you know?' });
  const events = await openai.responses.stream({ model: 'rehearsal', input: 'What do you know?' }).finalResponse();
  expect(events.output_text).toBe(response.output_text);
  expect(gateway.usage()).toMatchObject({
    requests: 4,
    inputTokens: 2 * chat.usage!.prompt_tokens + 2 * response.usage!.input_tokens,
    outputTokens: 2 * chat.usage!.completion_tokens + 2 * response.usage!.output_tokens,
    rehearsal: true,
    errors: {},
  });
  expect((await openai.models.list()).data.map(({ id }) => id)).toEqual(['rehearsal']);
});

test('a spent budget is an error of its own to the client, and is not tried again', async () => {
  const { gateway, openai } = await open({ budget: { requests: 1 } });
  await openai.chat.completions.create({ model: 'rehearsal', messages });
  const second = openai.chat.completions.create({ model: 'rehearsal', messages });
  await expect(second).rejects.toMatchObject({ status: 402, code: 'gateway.budget' });
  expect(gateway.usage()).toMatchObject({ requests: 1, errors: { 'gateway.budget': 1 } });
});

test('closing ends calls under way; what they may have cost is counted', async () => {
  const asked = Promise.withResolvers<void>();
  await using silent = await fakeEndpoint(() => asked.resolve());
  const { gateway, openai } = await open({ upstream: { baseURL: silent.baseURL, apiKey: 'none' } });
  const call = openai.chat.completions.create(
    { model: 'rehearsal', messages, max_completion_tokens: 70 },
    { maxRetries: 0 },
  );
  const refused = expect(call).rejects.toThrow(/the job is over|Connection error/);
  await asked.promise;
  await gateway.close();
  await refused;
  expect(gateway.usage()).toMatchObject({ requests: 1, outputTokens: 70 });
});

test('a model that takes too long is given up, and the error says so', async () => {
  await using silent = await fakeEndpoint(() => undefined);
  const { openai } = await open({ upstream: { baseURL: silent.baseURL, apiKey: 'none' }, callSeconds: 0.2 });
  const call = openai.chat.completions.create({ model: 'rehearsal', messages });
  await expect(call).rejects.toMatchObject({ status: 504, code: 'gateway.upstream-timeout' });
});

test('an endpoint that is not there is named, and nothing is counted', async () => {
  const gone = await fakeEndpoint(() => undefined);
  await gone[Symbol.asyncDispose]();
  const { openai, gateway } = await open({
    upstream: { baseURL: gone.baseURL, apiKey: 'none' },
    retry: { tries: 2, firstWait: 0.01, longestWait: 0.01, longestRetryAfter: 1 },
  });
  await expect(openai.chat.completions.create({ model: 'rehearsal', messages })).rejects.toThrow(
    /no answer .* in 2 tries: .* 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)\. Check the `baseURL` of the model/,
  );
  expect(gateway.usage()).toMatchObject({ requests: 0, costUSD: 0, errors: { 'gateway.upstream': 1 } });
});
