import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resultSchema } from '../../src/contract/contract.ts';
import { runAction } from '../support/action.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { GREET_REPOSITORY, RIGHT } from '../support/greet.ts';
import { commitOf, evaluateOrder, PLANTED_KEY } from '../support/job.ts';

const TOKEN = 'ghs_planted0token1that2must3not4leak';

const answering = (text: string) => fakeEndpoint((_, response) => sendJson(response, chatAnswer(text)));

it('measures a variant with nothing but inputs and environment', async () => {
  await using endpoint = await answering(RIGHT);
  const commit = await commitOf(GREET_REPOSITORY);
  const order = { ...evaluateOrder(commit, ['greet']), suite: { name: 'tasks', digest: null } };
  const inputs = { 'github-token': TOKEN, 'openai-api-key': PLANTED_KEY, 'openai-base-url': endpoint.baseURL };
  const { code, log, outputs, summary, resultFolder } = await runAction(order, commit, inputs);
  expect(log).toContain('greet: resolved');
  expect(code).toBe(0);
  const result = resultSchema.parse(JSON.parse(readFileSync(join(resultFolder, 'result.json'), 'utf8')));
  expect(result).toMatchObject({
    jobId: order.jobId,
    nonce: order.nonce,
    error: null,
    perTask: [{ verdict: 'resolved' }],
  });
  expect(outputs).toMatchObject({ 'job-id': order.jobId, measured: '1', resolved: '1', error: '' });
  expect(outputs.result).toBe(join(resultFolder, 'result.json'));
  expect(summary).toContain('v3: 1/1 search tasks resolved');
  expect(summary).toContain('| greet | resolved |');
  expect(summary).toMatch(/\nTime: [\d.]+ s: agent [\d.]+, tests [\d.]+, overhead [\d.]+ \(/);
  const seconds: Record<string, number> = JSON.parse(outputs.seconds!);
  for (const part of ['start', 'agent', 'tests', 'attempts', 'grading']) expect(seconds[part], part).toBeGreaterThan(0);
  const transcript = readFileSync(join(resultFolder, 'transcripts', 'greet.json'), 'utf8');
  expect(transcript).toContain('Hello');
  for (const text of [
    log.replaceAll(/^::add-mask::.*$/gm, ''),
    summary,
    transcript,
    JSON.stringify(result),
    JSON.stringify(outputs),
  ])
    for (const secret of [PLANTED_KEY, TOKEN]) expect(text).not.toContain(secret);
});

it.each([
  ['a commit that is not there', { sha: 'c'.repeat(40) }, 'job.git'],
  ['a tree that is not the commit’s', { tree: 'c'.repeat(40) }, 'job.tree'],
  ['a suite that is not there', { suite: { name: 'nowhere', digest: null } }, 'suite.unknown'],
  ['a suite that changed', { suite: { name: 'tasks', digest: `sha256:${'1'.repeat(64)}` } }, 'job.suite'],
  [
    'an image that is not there',
    { agent: { ...evaluateOrder({ repository: '', sha: '', tree: '' }, []).agent, image: 'none' } },
    'setup.image',
  ],
])('says in result, log, outputs and summary what is wrong with %s', async (_, over, code) => {
  const commit = await commitOf(GREET_REPOSITORY);
  const order = { ...evaluateOrder(commit, ['greet']), suite: { name: 'tasks', digest: null }, ...over };
  const run = await runAction(order, commit, { 'openai-api-key': PLANTED_KEY });
  expect(run.code).toBe(1);
  expect(run.log).toContain(`::error::${code}`);
  expect(run.outputs.error).toBe(code);
  expect(run.summary).toContain(`**Trouble** (${code})`);
  const result = resultSchema.parse(JSON.parse(readFileSync(join(run.resultFolder, 'result.json'), 'utf8')));
  expect(result.error?.code).toBe(code);
});

it('asks a provider with the secret that the configuration names, and needs no other key', async () => {
  await using endpoint = await answering(RIGHT);
  const commit = await commitOf(GREET_REPOSITORY);
  const model = { provider: 'own', model: 'gpt-5-mini' };
  const providers = { own: { baseURL: endpoint.baseURL, key: 'OWN_KEY', api: 'chat' as const } };
  const models = { solve: model, modify: 'gpt-5', diagnose: 'gpt-5', baseURL: null, providers };
  const order = { ...evaluateOrder(commit, ['greet']), suite: { name: 'tasks', digest: null }, models };
  const { log, resultFolder } = await runAction(order, commit, {
    secrets: `OWN_KEY=${PLANTED_KEY}\nNPM_TOKEN=${TOKEN}`,
  });
  expect(log).toContain('greet: resolved');
  expect(endpoint.calls[0]!.authorization).toBe(`Bearer ${PLANTED_KEY}`);
  for (const secret of [PLANTED_KEY, TOKEN]) {
    expect(log).toContain(`::add-mask::${secret}`);
    expect(log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(secret);
    expect(readFileSync(join(resultFolder, 'transcripts', 'greet.json'), 'utf8')).not.toContain(secret);
  }
  expect((await runAction(order, commit, { secrets: 'OWN_KEY=\n' })).log).toMatch(
    /::error::action\.key.*The secret OWN_KEY of the provider own is empty/,
  );
});

it('refuses to start without a key, and names the place', async () => {
  const commit = await commitOf(GREET_REPOSITORY);
  const order = { ...evaluateOrder(commit, ['greet']), suite: { name: 'tasks', digest: null } };
  expect((await runAction(order, commit, {})).log).toContain('::error::action.key');
});

it.each([
  ['no JSON', 'nonsense', 'is not JSON'],
  ['another version', '{"v":1,"kind":"evaluate"}', 'it is of version 1, and this worker of version 2'],
])('refuses an order that is %s', async (_, order, reason) => {
  const commit = await commitOf(GREET_REPOSITORY);
  const run = await runAction(order, commit, {});
  expect(run.code).toBe(1);
  expect(run.log).toContain(reason);
});

it('leaves a result when it is cancelled, and goes on from it when it is killed', async () => {
  let calls = 0;
  await using endpoint = await fakeEndpoint((_, response) => {
    if (++calls > 2) sendJson(response, chatAnswer(RIGHT));
  });
  const commit = await commitOf(GREET_REPOSITORY);
  const order = { ...evaluateOrder(commit, ['greet']), suite: { name: 'tasks', digest: null } };
  const inputs = { 'openai-api-key': PLANTED_KEY, 'openai-base-url': endpoint.baseURL };
  const asked = { when: /of run r1/, signal: 'SIGINT' } as const;

  const cancelled = await runAction(order, commit, inputs, {}, asked);
  expect(cancelled.code).toBe(1);
  expect(JSON.parse(readFileSync(join(cancelled.resultFolder, 'result.json'), 'utf8')).error.code).toBe(
    'job.cancelled',
  );
  const env = { HUXLEY_RESULT_DIR: cancelled.resultFolder };
  const killed = await runAction(order, commit, inputs, env, { ...asked, signal: 'SIGKILL' });
  expect(killed.code).toBe(null);
  expect(existsSync(join(cancelled.resultFolder, 'result.json'))).toBe(true);
  calls = 2;
  const done = await runAction(order, commit, inputs, env);
  expect(done.log).toContain('greet: resolved');
  expect(done.outputs.error).toBe('');
});
