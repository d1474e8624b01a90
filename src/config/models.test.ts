import { expect, test } from 'vitest';
import { addressOf, apisOf, modelLists, modelsOfExpansion, namesOf, providerOf } from '../contract/settings.ts';
import { formatIssues, readConfiguration } from './configuration.ts';

const HEAD = 'version: 1\nagent: { solve: x }\nbenchmark: { suite: kata }\n';
const PROVIDERS = `${HEAD}models:
  providers:
    anthropic: { baseURL: https://api.anthropic.com/v1, key: ANTHROPIC_API_KEY, api: messages }
    local: { baseURL: http://10.0.0.5:8000/v1, api: [chat, responses] }
`;

function issuesOf(text: string): string {
  const reading = readConfiguration(text);
  return reading.ok ? '' : formatIssues(reading.issues);
}

test('models are of providers, or by their name of the default endpoint', () => {
  const reading = readConfiguration(`${PROVIDERS}  baseURL: https://gateway.example/v1
  solve: [{ provider: anthropic, model: claude-sonnet-4-5 }, { provider: local, model: qwen }]
  modify: { provider: anthropic, model: claude-sonnet-4-5 }
  diagnose: gpt-5.4
`);
  if (!reading.ok) throw new Error(formatIssues(reading.issues));
  const { models } = reading.configuration;
  expect(namesOf(models.solve, models.modify, models.diagnose)).toEqual(['claude-sonnet-4-5', 'qwen', 'gpt-5.4']);
  expect(providerOf(models, 'claude-sonnet-4-5')).toMatchObject({ name: 'anthropic', key: 'ANTHROPIC_API_KEY' });
  expect(providerOf(models, 'gpt-5.4')).toBe(null);
  expect(['claude-sonnet-4-5', 'qwen', 'gpt-5.4', 'other'].map((model) => addressOf(models, model))).toEqual([
    'https://api.anthropic.com/v1',
    'http://10.0.0.5:8000/v1',
    'https://gateway.example/v1',
    'https://gateway.example/v1',
  ]);
  expect(['claude-sonnet-4-5', 'qwen', 'gpt-5.4'].map((model) => apisOf(models, model))).toEqual([
    ['messages'],
    ['chat', 'responses'],
    undefined,
  ]);
});

test('an expansion takes one of several diagnosing models, and one of several lists', () => {
  const several = `${PROVIDERS}  diagnose: [gpt-5.4, { provider: local, model: qwen }]
  modify: [[{ provider: anthropic, model: opus }, { provider: anthropic, model: haiku }], gpt-5.4]
`;
  const reading = readConfiguration(several);
  if (!reading.ok) throw new Error(formatIssues(reading.issues));
  const { models } = reading.configuration;
  expect(modelLists(models)).toEqual({ diagnose: ['gpt-5.4', 'qwen'], modify: ['opus', 'gpt-5.4'] });
  const of = (choice?: object) => {
    const { diagnose, modify } = modelsOfExpansion(models, choice);
    return { diagnose: namesOf(diagnose), modify: namesOf(modify) };
  };
  expect(of()).toEqual({ diagnose: ['gpt-5.4'], modify: ['opus', 'haiku'] });
  expect(of({ diagnose: 'qwen', modify: 'gpt-5.4' })).toEqual({ diagnose: ['qwen'], modify: ['gpt-5.4'] });
  expect(() => of({ modify: 'haiku' })).toThrow(expect.objectContaining({ code: 'order.model' }));
  expect(providerOf(models, 'haiku')).toMatchObject({ name: 'anthropic' });
});

test('a single list to modify with is one choice, as before', () => {
  const reading = readConfiguration(`${HEAD}models: { modify: [big, small] }\n`);
  if (!reading.ok) throw new Error(formatIssues(reading.issues));
  const { models } = reading.configuration;
  expect(modelLists(models)).toEqual({});
  expect(namesOf(modelsOfExpansion(models).modify)).toEqual(['big', 'small']);
});

test.each([
  [
    'two lists that begin with the same model',
    '  modify: [[a, b], [a, c]]\n',
    ".github/huxley.yml:8:3 models.modify: 'a' comes first in two of the lists: expansions are distinguished by it",
  ],
  [
    'a provider nobody configured',
    '  solve: { provider: antropic, model: claude-sonnet-4-5 }\n',
    ".github/huxley.yml:8:12 models.solve.provider: no provider is called 'antropic': add it under `models.providers`",
  ],
  [
    'a name that every object has',
    '  modify: [m, { provider: constructor, model: n }]\n',
    ".github/huxley.yml:8:17 models.modify.1.provider: no provider is called 'constructor': add it under `models.providers`",
  ],
  [
    'a model of two providers',
    '  solve: { provider: anthropic, model: m }\n  diagnose: { provider: local, model: m }\n',
    ".github/huxley.yml:9:3 models.diagnose: 'm' is a model of provider 'anthropic' and of provider 'local', and agents ask by its name alone: choose one of the two",
  ],
  [
    'a model of a provider and of the default endpoint',
    '  modify: [{ provider: local, model: m }, m]\n',
    ".github/huxley.yml:8:43 models.modify.1: 'm' is a model of provider 'local' and of the default endpoint, and agents ask by its name alone: choose one of the two",
  ],
  [
    'a model without a name',
    '  solve: { provider: local }\n',
    '.github/huxley.yml:8:3 models.solve: a model is its name, or `{ provider: NAME, model: NAME }`; a list has 1 to 8 of these',
  ],
])('%s is an issue at its place', (_, section, issue) => {
  expect(issuesOf(PROVIDERS + section)).toBe(issue);
});

test('a provider’s key for a secret’s name, and an API nobody knows, are issues', () => {
  const text = `${HEAD}models: { providers: { a: { baseURL: https://a.example/v1, key: sk-1, api: grpc } } }\n`;
  expect(issuesOf(text)).toMatchInlineSnapshot(`
    ".github/huxley.yml:4:60 models.providers.a.key: the name of a secret: capital letters, digits and underscores
    .github/huxley.yml:4:71 models.providers.a.api: one of \`chat\`, \`responses\`, \`messages\`, or a list"
  `);
});
