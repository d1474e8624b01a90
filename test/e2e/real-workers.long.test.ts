import { expect, test } from 'vitest';
import { startAcmeAgent } from '../support/acme-agent.ts';
import { expectConsistent } from '../support/consistency.ts';
import { PLANTED_KEY } from '../support/job.ts';

/** Two models each to diagnose and to modify, at the price of the one that solves. */
const PRICE = '{ input: 0.25, output: 2 }';
const ENSEMBLE = `diagnose: [gpt-5.4, gpt-5.4-mini], modify: [[gpt-5.4], [gpt-5.4-mini]],
  prices: { gpt-5-mini: ${PRICE}, gpt-5.4: ${PRICE}, gpt-5.4-mini: ${PRICE} }`;

test('the App and the real action on SWE-bench tasks in images of their own: an agent changes itself, solves what it could not, and is offered', async (context) => {
  await using agent = await startAcmeAgent(context, '{ confidence: 0.51 }', ENSEMBLE);
  const { world, endpoint } = agent;
  const issue = await world.run('seed=1');
  const ended = await world.ended('r1');
  const log = (await world.entries('r1')).map(({ event }) => JSON.stringify(event)).join('\n');
  expect(ended.outcome, log).toMatchObject({ outcome: 'offered', shipped: 'v1' });
  expect(ended.search.variants.map((variant) => variant?.own)).toEqual([
    { resolved: 0, unresolved: 2 },
    { resolved: 1, unresolved: 0 },
  ]);
  expect(ended.gate).toMatchObject({ n: 2, root: 0, variant: 2, fixed: 2, broken: 0 });
  await expectConsistent(world, 'r1', ended);
  // The child was made by the models that the decision drew, and they were asked for nothing else.
  const { models } = ended.search.variants[1]!.birth!;
  const asked = endpoint.calls.flatMap(({ body }) => (body.model === 'gpt-5-mini' ? [] : [body]));
  expect(asked.map((body) => ['response_format' in body ? 'diagnose' : 'modify', body.model])).toEqual([
    ['diagnose', models!.diagnose],
    ['modify', models!.modify],
  ]);
  // Every call the model answered is paid for, and none twice.
  const call = ended.spentUSD / endpoint.calls.length;
  expect(ended.search.variants.map((variant) => Math.round(variant!.costUSD / call))).toEqual([4, 5]);

  const { pulls } = world.people.owner.rest;
  const at = { owner: 'octo', repo: 'agent' };
  const [pull] = (await pulls.list({ ...at, head: 'octo:huxley/r1/v1' })).data;
  expect(pull).toMatchObject({ state: 'open', draft: true, base: { ref: 'main' } });
  const { data: changed } = await pulls.listFiles({ ...at, pull_number: pull!.number });
  expect(changed.map(({ filename }) => filename)).toEqual(['agent.mjs']);
  for (const text of [log, pull!.body, ...(await world.comments(issue))]) expect(text).not.toContain(PLANTED_KEY);
}, 300_000);
