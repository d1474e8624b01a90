import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calcPrice } from '@pydantic/genai-prices';
import { expect } from 'vitest';
import type { RECIPES } from '../../src/cli/init/recipes.ts';
import { writeRecipe } from '../../src/cli/init/write.ts';
import { projectPath } from '../../src/environment/project.ts';
import { setSetting } from '../../src/local-github/actions/run/settings.ts';
import { filesOf } from '../../src/local-github/world/start-world.ts';
import { type Answer, type Script, scriptedModel } from '../../src/rehearsal/scripted/model.ts';
import { FENCED, fencedCommand, shellCall } from '../../src/rehearsal/scripted/shell-call.ts';
import { expectConsistent } from './consistency.ts';
import { DIAGNOSIS } from './expanding.ts';
import { PLANTED_KEY } from './job.ts';
import { realActions } from './real-workers.ts';
import { World } from './world.ts';

const TOKENS = 2_000;
/** What a variant's instructions say once it has changed them, and what the model heeds. */
const CAREFUL = 'Work carefully.';
const FINISH = 'echo TASK_IS_DONE';

/** Few tasks: a finalist is measured on all of them. */
const TASKS = projectPath('bench/forgers/tasks');

/** The statement of each task by its beginning, with the command that solves it. */
const SOLUTIONS = readdirSync(TASKS).map((name) => {
  const folder = join(TASKS, name, 'solution');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const write = (file: string) => `echo ${readFileSync(join(folder, file)).toString('base64')} | base64 -d > ${file}`;
  const [beginning = ''] = readFileSync(join(TASKS, name, 'instruction.md'), 'utf8')
    .trim()
    .split('\n');
  return { beginning: JSON.stringify(beginning).slice(1, -1), command: files.map(write).join(' && ') };
});

/** Fails at every task until the agent's instructions ask for care; makes the change that the diagnosis proposes. */
function script(instructions: string): Script {
  return ({ body, tools, called }) => {
    const text = JSON.stringify(body);
    if ('response_format' in body || text.includes('Answer with one JSON object'))
      return { words: JSON.stringify(DIAGNOSIS) };
    const act = (command: string): Answer => {
      if (called) return { words: 'Done.' };
      if (tools.length > 0) return shellCall(tools, command) ?? { words: 'Done.' };
      return fencedCommand(text.includes(FENCED) ? FINISH : command);
    };
    if (text.includes(DIAGNOSIS.proposal.slice(0, 30))) return act(`echo '${CAREFUL}' >> ${instructions}`);
    const task = SOLUTIONS.find(({ beginning }) => text.includes(beginning));
    return act(text.includes(CAREFUL) && task ? task.command : 'echo looked at nothing');
  };
}

interface Recipe {
  readonly name: keyof typeof RECIPES;
  /** The file that its agent reads before every task. */
  readonly instructions: string;
  readonly secret: string;
  readonly seconds: number;
}

/** A recipe as `init` writes it, through the App to the end of a run of 12 evaluations, with the agent as npm has it. */
export async function runRecipe({ name, instructions, secret, seconds }: Recipe): Promise<void> {
  await using model = await scriptedModel(script(instructions), TOKENS);
  const folder = join(mkdtempSync(join(tmpdir(), 'huxley-recipe-')), 'agent');
  await writeRecipe(folder, name, undefined);
  const files = filesOf(folder);
  const configuration = files['.github/huxley.yml']!;
  const changed = configuration
    .replace(/^search: .*$/m, 'search: { policy: hgm, budget: 12, expansionCost: 0, concurrency: 2, batch: 4 }')
    .replace(/^benchmark: .*$/m, 'benchmark: { suite: tasks, holdout: 0.25 }')
    .replace('https://api.anthropic.com/v1', model.baseURL)
    .replace(/^models: \{/m, `models: { baseURL: "${model.baseURL}",`);
  expect(changed).toContain(model.baseURL);
  const tasks = Object.fromEntries(Object.entries(filesOf(TASKS)).map(([path, text]) => [`tasks/${path}`, text]));
  await using world = await World.start({
    tasks: 0,
    files: { ...files, ...tasks, '.github/huxley.yml': changed },
    actions: await realActions(),
  });
  const { actions, setup } = world.github;
  setSetting(actions, 'secret', setup.repository('octo', 'agent'), secret, PLANTED_KEY, 'huxley');
  await world.startApp();
  const issue = await world.run('seed=1');
  const ended = await world.ended('r1', 'octo/agent', seconds);
  const log = (await world.entries('r1')).map(({ event }) => JSON.stringify(event)).join('\n');

  const live = ended.search.variants.filter((variant) => variant?.state === 'live');
  expect(live.length, log).toBeGreaterThanOrEqual(2);
  const evaluations = live.reduce((sum, one) => sum + one!.own.resolved + one!.own.unresolved, 0);
  expect(evaluations, log).toBeGreaterThanOrEqual(12);
  // The root fails at everything, and what heeds its instructions resolves it.
  expect(live[0]!.own.resolved).toBe(0);
  expect(
    live.slice(1).some((one) => one!.own.resolved > 0),
    log,
  ).toBe(true);
  await expectConsistent(world, 'r1', ended);

  // The diff of the first that could be made is the change, and nothing that the agent made for itself.
  const at = { owner: 'octo', repo: 'agent' };
  const { pulls } = world.people.owner.rest;
  const [pull] = (await pulls.list({ ...at, state: 'all', head: `octo:huxley/r1/${live[1]!.id}` })).data;
  const { data: diff } = await pulls.listFiles({ ...at, pull_number: pull!.number });
  expect(diff.map(({ filename, additions, deletions }) => [filename, additions, deletions])).toEqual([
    [instructions, 1, 0],
  ]);

  // What was paid is what every call the model answered costs, by the published list.
  const calls = model.requests.filter(({ path }) => !path.endsWith('/count_tokens'));
  const cost = calls.map(({ path, body }) => priceOf(path, String(body.model)));
  expect(ended.spentUSD).toBeCloseTo(sum(cost), 6);

  // The transcript that the diagnosis reads is the agent's own.
  const diagnosis = calls.find(({ body }) => /response_format|Answer with one JSON object/.test(JSON.stringify(body)));
  expect(JSON.stringify(diagnosis!.body)).toContain('looked at nothing');
  for (const text of [log, pull!.body, ...(await world.comments(issue))]) expect(text).not.toContain(PLANTED_KEY);
  expect(existsSync(join(folder, 'node_modules'))).toBe(false);
}

function priceOf(path: string, model: string): number {
  const usage =
    path === '/v1/messages'
      ? { input_tokens: TOKENS, cache_write_tokens: TOKENS - 100, output_tokens: 20 }
      : { input_tokens: TOKENS, output_tokens: 20 };
  return calcPrice(usage, model)!.total_price;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
