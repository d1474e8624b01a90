import { expect, test } from 'vitest';
import { openDemoModel } from './model.ts';

const base = { budget: 60, seed: 1 };
const KEYED = { OPENAI_API_KEY: 'sk-somebody-pays' };

test('a key in the environment alone spends nothing: the rehearsal model answers, and that is said', async () => {
  const said: string[] = [];
  await using model = await openDemoModel({ ...base, model: 'rehearsal', env: KEYED, say: (line) => said.push(line) });
  expect(model).toMatchObject({ rehearsal: true, name: 'rehearsal' });
  expect(model.apiKey).not.toContain('sk-');
  expect(said.join()).toMatch(/--model NAME.*about 200 evaluations will cost about \$\d+/);
});

test('a real model is asked for by name, estimated, and confirmed where a person can be asked', async () => {
  const said: string[] = [];
  const choice = { ...base, model: 'gpt-5.4-mini', env: KEYED, say: (line: string) => void said.push(line) };
  await expect(openDemoModel({ ...choice, ask: async () => false })).rejects.toMatchObject({ code: 'demo.declined' });
  expect(said[0]).toMatch(/about 200 evaluations will cost about \$\d+, and \$20 at most/);
  let byDefault: boolean | undefined;
  const ask = async (_: string, enter?: boolean) => {
    byDefault = enter;
    return true;
  };
  expect(await openDemoModel({ ...choice, ask })).toMatchObject({ rehearsal: false, apiKey: 'sk-somebody-pays' });
  expect(byDefault).toBe(false);
  expect(await openDemoModel({ ...choice, ask: null })).toMatchObject({ rehearsal: false });
});

test('without a key a real model is refused, and an endpoint of one’s own needs none', async () => {
  const choice = { ...base, model: 'qwen', ask: null, say: () => undefined };
  await expect(openDemoModel({ ...choice, env: {} })).rejects.toMatchObject({ code: 'demo.key' });
  const env = { OPENAI_BASE_URL: 'http://127.0.0.1:1234/v1' };
  expect(await openDemoModel({ ...choice, env })).toMatchObject({ baseURL: env.OPENAI_BASE_URL, apiKey: 'none' });
});
