import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { ACME, openAcme } from '../support/acme.ts';
import { expectConsistent } from '../support/consistency.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { DIAGNOSIS, OBEDIENT_AGENT } from '../support/expanding.ts';
import { PLANTED_KEY } from '../support/job.ts';
import { startRealWorld } from '../support/real-workers.ts';

const TASKS = ['acme__calc-1', 'acme__calc-2', 'acme__calc-3', 'acme__calc-4'];
const COLUMNS = ['task.yaml', 'tests.json', 'gold.patch', 'test.patch', 'eval.sh', 'problem_statement.md'];
const CONFIGURATION = `agent: { solve: node agent.mjs }
benchmark: { suite: bench, holdout: 0.5 }
search: { policy: hgm, budget: 3, concurrency: 1, batch: 2 }
limits: { taskMinutes: 2 }
merge: { confidence: 0.51 }
`;

/** What the model has the agent do: to its own code, and to the task, which it solves once its code asks it to be careful. */
const CHANGE_ITSELF = `sed -i "s/content: readFileSync/content: 'Carefully! ' + readFileSync/" agent.mjs`;
const SOLVE = `sed -i 's#return .*len(values)#return total(values) / len(values) if values else None#' calc.py`;
const FAIL = 'echo "# looked at" >> calc.py';
function answer(prompt: string): string {
  if (!prompt.includes('rounds down')) return CHANGE_ITSELF;
  return prompt.includes('Carefully!') ? SOLVE : FAIL;
}

test('the App and the real action on SWE-bench tasks in images of their own: an agent changes itself, solves what it could not, and is offered', async ({
  skip,
}) => {
  const opened = await openAcme(dockerSandbox({ socket: inject('engineSocket') })).catch((error) => {
    if (!/^setup\./.test(error.code)) throw error;
    return skip(`the image of the tasks cannot be had: ${error.message}`);
  });
  using acme = opened;
  const column = (name: string) => readFileSync(join(acme.repository, 'tasks', ACME, name), 'utf8');
  const files = TASKS.flatMap((id) =>
    COLUMNS.map((name) => [
      `bench/tasks/${id}/${name}`,
      column(name).replace(`instance_id: ${ACME}`, `instance_id: ${id}`),
    ]),
  );
  await using endpoint = await fakeEndpoint(({ body }, response) =>
    sendJson(
      response,
      chatAnswer('response_format' in body ? JSON.stringify(DIAGNOSIS) : answer(JSON.stringify(body))),
    ),
  );
  await using world = await startRealWorld(endpoint, {
    configuration: CONFIGURATION,
    files: { ...Object.fromEntries(files), 'agent.mjs': OBEDIENT_AGENT },
  });
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
