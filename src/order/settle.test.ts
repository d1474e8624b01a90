import { expect, test } from 'vitest';
import { configurationSchema } from '../config/schema.ts';
import { orderSchema } from '../contract/contract.ts';
import { settle } from './settle.ts';

const configuration = configurationSchema.parse({
  ...{ version: 1, agent: { solve: 'x' }, benchmark: { suite: 'kata' } },
  models: { solve: 's', diagnose: ['a', 'b'], modify: [['big', 'small'], 'c'] },
});
const base = {
  ...{ v: 2, jobId: 'r1-d3', nonce: '0'.repeat(32), repository: 41, app: 'huxley[bot]', run: 'r1', variant: 'v0' },
  ...{ configuration: 'c'.repeat(40), sha: 'a'.repeat(40), tree: 'b'.repeat(40), suite: null },
  deadline: '2026-01-01T00:00:00Z',
};
const expansion = (models: object) =>
  orderSchema.parse({
    ...{ ...base, kind: 'expand', operator: { name: 'mutation', child: 'v1', donor: null }, tasks: [], evidence: [] },
    ...models,
  });
const modelsOf = (models: object) => {
  const { solve, diagnose, modify } = settle(expansion(models), '', configuration).models;
  return { solve, diagnose, modify };
};

test('an expansion has the models its order names, or the first; nothing the configuration does not offer', () => {
  expect(modelsOf({})).toEqual({ solve: 's', diagnose: 'a', modify: ['big', 'small'] });
  expect(modelsOf({ models: { diagnose: 'b', modify: 'c' } })).toEqual({ solve: 's', diagnose: 'b', modify: ['c'] });
  for (const models of [{ diagnose: 's' }, { modify: 'small' }])
    expect(() => modelsOf({ models })).toThrow(expect.objectContaining({ code: 'order.model' }));
  expect(() => expansion({ models: { diagnose: 'b', baseURL: 'https://evil.example/v1' } })).toThrow('baseURL');
});

test('a preflight looks at every model', () => {
  const { models } = settle(orderSchema.parse({ ...base, kind: 'preflight', tasks: [] }), '', configuration);
  expect(models).toMatchObject({ diagnose: ['a', 'b'], modify: [['big', 'small'], 'c'] });
});
