import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { projectPath } from '../../src/config/project.ts';
import { actionFolder } from '../../src/local/action-folder.ts';
import { setSetting } from '../../src/local/github/actions/run/settings.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { ACME, openAcme } from '../support/acme.ts';
import { expectConsistent } from '../support/consistency.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { DIAGNOSIS, OBEDIENT_AGENT } from '../support/expanding.ts';
import { PLANTED_KEY } from '../support/job.ts';
import { World } from '../support/world.ts';

const WORKFLOW = '.github/workflows/huxley.yml';
const TASKS = ['acme__calc-1', 'acme__calc-2', 'acme__calc-3', 'acme__calc-4'];
const COLUMNS = ['task.yaml', 'tests.json', 'gold.patch', 'test.patch', 'eval.sh', 'problem_statement.md'];
const configuration = (baseURL: string) => `version: 1
agent: { solve: node agent.mjs }
models: { solve: gpt-5-mini, modify: gpt-5-mini, diagnose: gpt-5-mini, baseURL: "${baseURL}" }
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
  const socket = inject('engineSocket');
  const opened = await openAcme(dockerSandbox({ socket })).catch((error) => {
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
  await using world = await World.start({
    tasks: 0,
    files: {
      ...Object.fromEntries(files),
      'agent.mjs': OBEDIENT_AGENT,
      '.github/huxley.yml': configuration(endpoint.baseURL),
      [WORKFLOW]: readFileSync(projectPath('examples', 'starter-agent', WORKFLOW), 'utf8'),
    },
    actions: {
      actions: { 'huxley/huxley/action': await actionFolder() },
      environment: { HOME: process.env.HOME!, ...(socket === null ? {} : { DOCKER_HOST: `unix://${socket}` }) },
    },
  });
  const repository = world.github.setup.repository('octo', 'agent');
  setSetting(world.github.actions, 'secret', repository, 'OPENAI_API_KEY', PLANTED_KEY, 'huxley');
  await world.startApp();
  const issue = await world.issue();
  expect(await world.reply(issue, await world.comment(issue, '/huxley run seed=1'))).toContain(
    '2 search tasks, 2 held-out tasks',
  );
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
  expect(pull).toMatchObject({ state: 'open', draft: false, base: { ref: 'main' } });
  const { data: changed } = await pulls.listFiles({ ...at, pull_number: pull!.number });
  expect(changed.map(({ filename }) => filename)).toEqual(['agent.mjs']);
  for (const text of [log, pull!.body, ...(await world.comments(issue))]) expect(text).not.toContain(PLANTED_KEY);
}, 300_000);
