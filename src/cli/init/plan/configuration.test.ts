import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfiguration, readPublicKeys } from '../../../config/configuration.ts';
import { PROJECT } from '../../../environment/project.ts';
import { namesDigest } from '../../../run/work/workflow.ts';
import type { Choices } from './choices.ts';
import { configurationText, withKey } from './configuration.ts';
import { secretsOf } from './secrets.ts';
import { appWorkflow, jobsWorkflow } from './workflows.ts';

const KEY = `ed25519:${'A'.repeat(42)}E`;
const CHOICES: Choices = {
  solve: `node "a: b.js" # $& 'x'`,
  check: null,
  build: null,
  allow: [],
  isCli: false,
  model: 'gpt-5.4-mini',
  baseURL: null,
  suite: 'harbor:tasks',
  budgetUSD: 12.5,
};

function read(choices: Choices) {
  const reading = readConfiguration(configurationText(choices, KEY));
  if (!reading.ok) throw new Error(JSON.stringify(reading.issues));
  return reading.configuration;
}

test('what was chosen is what the configuration says, whatever a command holds', () => {
  const configuration = read({ ...CHOICES, build: 'npm ci', check: 'npm test', inputs: ['src/**'], allow: ['.x/**'] });
  expect(configuration).toMatchObject({
    app: { publicKeys: [KEY] },
    agent: { solve: CHOICES.solve, check: 'npm test', build: 'npm ci', inputs: ['src/**'] },
    models: { solve: 'gpt-5.4-mini', modify: 'gpt-5.4', diagnose: 'gpt-5.4' },
    benchmark: { suite: 'harbor:tasks' },
    limits: { costUSD: 12.5 },
    allow: ['.x/**'],
  });
  expect(secretsOf(configuration)).toEqual(['OPENAI_API_KEY']);
  const elsewhere = read({ ...CHOICES, baseURL: 'http://127.0.0.1:4000/v1' });
  expect(elsewhere.models).toMatchObject({ baseURL: 'http://127.0.0.1:4000/v1' });
});

test.each(['claude-sonnet-5', 'claude-haiku-4-5'])(
  '%s is asked at Anthropic, with a second model for a CLI',
  (model) => {
    const configuration = read({ ...CHOICES, model, isCli: true });
    expect(configuration.models.solve).toHaveLength(2);
    expect(secretsOf(configuration)).toEqual(['ANTHROPIC_API_KEY']);
  },
);

test('a key is added where none is named, and nothing else is changed', () => {
  const without = configurationText(CHOICES, null);
  expect(withKey(without, KEY)).toBe(configurationText(CHOICES, KEY));
  expect(withKey(configurationText(CHOICES, KEY), KEY)).toBe(configurationText(CHOICES, KEY));
  const bare = 'version: 1\nagent: { solve: x }\nbenchmark: { suite: kata }\n';
  expect(readPublicKeys(withKey(bare, KEY))).toEqual([KEY]);
  expect(withKey(bare, KEY).split('\n')).toHaveLength(bare.split('\n').length + 1);
  expect(() => withKey(configurationText(CHOICES, KEY.replace('AE', 'BE')), KEY)).toThrow(/does not name the key/);
});

test.each([
  [['OPENAI_API_KEY'], false, false],
  [['ANTHROPIC_API_KEY', 'NPM_TOKEN'], true, false],
  [['OPENAI_API_KEY', 'ANTHROPIC_API_KEY'], true, true],
] as const)('the workflow of jobs gives %s and is pinned', (secrets, builds, serverless) => {
  const commit = 'c'.repeat(40);
  const text = jobsWorkflow(secrets, { builds, serverless }, { repository: 'acme/huxley', commit, version: 'v1.2.3' });
  const { with: given, uses } = parse(text).jobs.work.steps.at(-1);
  expect(uses).toBe(`acme/huxley/action@${commit}`);
  for (const name of secrets) expect(JSON.stringify(given)).toContain(`{{ secrets.${name} }}`);
  expect([...text.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name).sort()).toEqual([...secrets].sort());
  expect(text).toContain('# v1.2.3');
  expect(text).not.toContain('Pin this');
  expect(namesDigest(text)).toBe(true);
});

test('the workflow of the controller is pinned too, and keeps its mark where it is not', () => {
  const commit = 'd'.repeat(40);
  expect(appWorkflow('main', { repository: 'acme/huxley', commit, version: null })).toContain(
    `uses: acme/huxley/action/controller@${commit}\n`,
  );
  const moving = appWorkflow('release/2', { repository: PROJECT, commit: null, version: null });
  expect(moving).toContain(`${PROJECT}/action/controller@action`);
  expect(moving).toContain('# Pin this');
  expect(parse(moving).on.push.branches).toEqual(['release/2']);
});
