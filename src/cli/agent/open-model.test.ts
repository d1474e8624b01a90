import { afterEach, expect, test, vi } from 'vitest';
import { openModel } from './open-model.ts';

afterEach(() => vi.unstubAllEnvs());

const claude = { provider: 'anthropic', model: 'claude-haiku-4-5' };
const models = {
  ...{ solve: claude, modify: 'rehearsal', diagnose: 'rehearsal', baseURL: null },
  providers: { anthropic: { baseURL: 'https://api.anthropic.com/v1', key: 'OPEN_MODEL_KEY', api: 'messages' } },
} as const;

test('a provider’s key is the variable that the configuration names, and no other key is looked for', async () => {
  vi.stubEnv('OPENAI_API_KEY', '');
  vi.stubEnv('OPEN_MODEL_KEY', 'sk-1');
  await using model = await openModel(['claude-haiku-4-5'], models);
  expect(model.rehearsal).toBe(false);
  expect(model.endpoints).toEqual({
    providers: [
      { baseURL: 'https://api.anthropic.com/v1', apiKey: 'sk-1', models: ['claude-haiku-4-5'], apis: ['messages'] },
    ],
  });
});

test('the rehearsal model stands in for the default endpoint alone', async () => {
  vi.stubEnv('OPEN_MODEL_KEY', 'sk-1');
  await using model = await openModel(['rehearsal', 'claude-haiku-4-5'], models);
  expect(model.rehearsal).toBe(true);
  expect(model.endpoints).toMatchObject({
    upstream: { baseURL: expect.stringContaining('127.0.0.1') },
    providers: [{ models: ['claude-haiku-4-5'] }],
  });
});

test('a key that is not there is named', async () => {
  vi.stubEnv('OPEN_MODEL_KEY', '');
  await expect(openModel(['claude-haiku-4-5'], models)).rejects.toMatchObject({
    ...{ code: 'model.key', message: 'There is no key for provider anthropic', remedy: 'Set OPEN_MODEL_KEY.' },
  });
});
