import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { readLedger } from '../../src/run/promotion/ledger.ts';
import { recoverRun } from '../../src/run/recover.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { ACME, openAcme } from '../support/acme.ts';
import { expectConsistent } from '../support/consistency.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { DIAGNOSIS, OBEDIENT_AGENT } from '../support/expanding.ts';
import { startRealWorld } from '../support/real-workers.ts';

const TASKS = ['acme__calc-1', 'acme__calc-2', 'acme__calc-3', 'acme__calc-4'];
const COLUMNS = ['task.yaml', 'tests.json', 'gold.patch', 'test.patch', 'eval.sh', 'problem_statement.md'];
const SUITE = 'benchmark: { suite: bench, holdout: 0.5 }';
const CHANGE_ITSELF = `sed -i "s/content: readFileSync/content: 'Carefully! ' + readFileSync/" agent.mjs`;
const SOLVE = `sed -i 's#return .*len(values)#return total(values) / len(values) if values else None#' calc.py`;
const FAIL = 'echo "# looked at" >> calc.py';

/** What the model has the agent do: to its own code, and to the task, which it solves once its code asks it to be careful. */
function answer(prompt: string): string {
  if (!prompt.includes('rounds down')) return CHANGE_ITSELF;
  return prompt.includes('Carefully!') ? SOLVE : FAIL;
}

test('with real containers: a run that ends unproven, evidence is bought, it passes; the next run is asked for more, and GitHub gives the ledger back', async ({
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
    configuration: `agent: { solve: node agent.mjs }
${SUITE}
search: { policy: hgm, budget: 3, concurrency: 1, batch: 2 }
limits: { taskMinutes: 2 }
merge: { confidence: 0.8 }
`,
    files: { ...Object.fromEntries(files), 'agent.mjs': OBEDIENT_AGENT },
  });
  const issue = await world.run('seed=1');
  const unproven = await world.ended('r1');
  // Two tasks fixed prove nothing: 1/4 is more than the .16 that a first comparison may spend of 20 %.
  expect(unproven.outcome).toMatchObject({ outcome: 'nothing', shipped: 'v1' });
  expect(unproven.gate).toMatchObject({ passed: false, fixed: 2, p: 0.25, evidence: { stopped: 'evaluations' } });
  expect(unproven.outcome!.reason).toContain('/huxley prove v1');
  const says = async (command: string) => world.reply(issue, await world.comment(issue, command));
  expect(await says('/huxley prove v9')).toContain('There is no v9');
  expect(await says('/huxley prove v0')).toContain('cannot be proven against itself');

  const bought = await says('/huxley prove evaluations=8');
  expect(bought).toContain('v1 is measured further beside the root, on up to 8 held-out evaluations');
  expect(bought).toContain('its comparison goes on after 4 evaluations');
  const proven = await world.ended('r1');
  expect(proven.outcome).toMatchObject({ outcome: 'offered', shipped: 'v1' });
  // The same process: four of four pairs at the second look, at what the first had left and a little more.
  expect(proven.gate).toMatchObject({
    passed: true,
    n: 4,
    fixed: 4,
    evidence: { stopped: 'proof', rounds: 2, evaluations: 8 },
  });
  expect(proven.gate!.p).toBeCloseTo(1 / 16, 12);
  expect(proven.ignored).toEqual([]);
  await expectConsistent(world, 'r1', proven);
  const { pulls } = world.people.owner.rest;
  const at = { owner: 'octo', repo: 'agent' };
  const [pull] = (await pulls.list({ ...at, head: 'octo:huxley/r1/v1', state: 'all' })).data;
  expect(pull).toMatchObject({ state: 'open', base: { ref: 'main' } });
  expect(await says('/huxley prove')).toContain('has passed the gate: it needs no more evidence');

  // The next run on the same tasks.
  const second = await world.issue('Improve it again');
  const reply = await world.reply(second, await world.comment(second, '/huxley run seed=2 budget=2'));
  expect(reply).toContain('1 earlier comparison on these tasks, of which 1 passed, was granted 18 %');
  expect(reply).toContain('this one may spend 1 %');
  await world.ended(`r${second}`);
  await world.stopApp();

  // GitHub alone gives the ledger back.
  const before = await world.withStore((store) => readLedger(store, 'octo/agent'));
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${world.journalPath}${suffix}`, { force: true });
  const forge = await world.forge();
  for (const run of ['r1', `r${second}`]) await world.withStore((store) => recoverRun(forge, store, run));
  expect(await world.withStore((store) => readLedger(store, 'octo/agent'))).toEqual(before);
}, 400_000);
