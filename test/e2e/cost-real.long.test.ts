import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calcPrice } from '@pydantic/genai-prices';
import { expect, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { filesOf } from '../../src/local-github/world/start-world.ts';
import { type Script, scriptedModel } from '../../src/rehearsal/scripted/model.ts';
import { shellCall } from '../../src/rehearsal/scripted/shell-call.ts';
import { judgedOf } from '../../src/search/gate/judged.ts';
import { judgeRounds } from '../../src/search/gate/rounds.ts';
import { expectConsistent } from '../support/consistency.ts';
import { startRealWorld } from '../support/real-workers.ts';

const KATA = projectPath('suites', 'kata');
/** The shell tasks of the suite, each by its first line with the command that solves it: four to search on, eight held out. */
const TASKS = readdirSync(KATA)
  .filter((name) => readFileSync(join(KATA, name, 'task.yml'), 'utf8').startsWith('language: shell'))
  .map((name) => {
    const solution = Object.entries(filesOf(join(KATA, name, 'solution')));
    const write = solution.map(([file, text]) => `echo ${Buffer.from(text).toString('base64')} | base64 -d > ${file}`);
    const [title = ''] = readFileSync(join(KATA, name, 'instruction.md'), 'utf8').split('\n');
    return { name, title, command: write.join(' && ') };
  });
const CONFIGURATION = `agent: { solve: node agent.ts, check: node --test }
benchmark: { suite: tasks, holdout: 0.67 }
search: { policy: hgm, budget: 9, expansionCost: 5, concurrency: 2, batch: 4 }
limits: { taskMinutes: 3 }
merge: { mode: auto, goal: cost, margin: 0.25, saving: 0.2, confidence: 0.8, evaluations: 16 }
`;
const DIAGNOSIS = {
  summary: 'The agent is done after its first command and goes on looking.',
  considered: ['show less output', 'stop sooner'],
  title: 'Stop after the second answer',
  proposal: 'Set MAX_TURNS in agent.ts to 2.',
};
const CHANGE = `sed -i 's/^const MAX_TURNS = 4;/const MAX_TURNS = 2;/' agent.ts`;

/** Solves a task with its first command and looks at the files again as often as it is asked: what that costs is up to the agent. */
const answer: Script = ({ body, tools, called }) => {
  const text = JSON.stringify(body);
  if ('response_format' in body) return { words: JSON.stringify(DIAGNOSIS) };
  const isChanging = text.includes('your own source code');
  if (isChanging && called) return { words: 'Done.' };
  const solve = TASKS.find(({ title }) => text.includes(`${title}\\n`))?.command;
  return shellCall(tools, isChanging ? CHANGE : called ? 'cat *.sh' : solve!)!;
};
/** About four bytes a token: less is paid only where less is sent. */
const tokensOf = (body: object) => Math.ceil(Buffer.byteLength(JSON.stringify(body)) / 4);

test('with real containers: the starter agent takes fewer turns, resolves as much for less, and is merged for its cost alone', async () => {
  await using model = await scriptedModel(answer, tokensOf);
  const tasks = TASKS.flatMap(({ name }) =>
    Object.entries(filesOf(join(KATA, name))).map(([path, text]) => [`tasks/${name}/${path}`, text]),
  );
  await using world = await startRealWorld(model, {
    configuration: CONFIGURATION,
    files: { ...filesOf(projectPath('examples', 'starter-agent')), ...Object.fromEntries(tasks) },
  });
  const issue = await world.run('seed=1');
  const ended = await world.ended('r1', 'octo/agent', 400);
  const log = (await world.entries('r1')).map(({ event }) => JSON.stringify(event)).join('\n');
  expect(ended.outcome, log).toMatchObject({ outcome: 'merged', shipped: 'v1' });

  const { gate } = ended;
  const all = { n: 8, root: 8, variant: 8, fixed: 0, broken: 0 };
  expect(gate).toMatchObject({ passed: true, ...all, evidence: { stopped: 'proof', rounds: 1, evaluations: 16 } });
  expect(gate!.evidence!.cost).toMatchObject({ why: 'passed', unit: 'USD', scoreDifference: { value: 0 } });
  const ratio = gate!.evidence!.cost!.ratio!;
  expect(ratio.upper).toBeLessThan(0.8);
  // What the same attempts show of solving more is nothing.
  const judged = judgedOf(ended, 'v1', 1);
  const { evaluations, promise } = judged.rules;
  const rules = { test: judged.rules.test, evaluations, promise };
  const byScore = judgeRounds({ ...judged, rules }, 'evaluations');
  expect(byScore).toMatchObject({ passed: false, p: 1, ...all });

  // The saving is what was not sent: each call that the model answered is paid once, by its size.
  const paid = model.requests.map(({ body }) =>
    calcPrice({ input_tokens: tokensOf(body), output_tokens: 20 }, 'gpt-5-mini'),
  );
  expect(ended.spentUSD).toBeCloseTo(
    paid.reduce((sum, price) => sum + price!.total_price, 0),
    6,
  );
  const solving = model.requests.filter(
    ({ body }) => !('response_format' in body) && JSON.stringify(body).includes('Solve the task by editing'),
  );
  expect(solving).toHaveLength(12 * 4 + 12 * 2);
  await expectConsistent(world, 'r1', ended);

  const { pulls, repos } = world.people.owner.rest;
  const at = { owner: 'octo', repo: 'agent' };
  const [pull] = (await pulls.list({ ...at, head: 'octo:huxley/r1/v1', state: 'all' })).data;
  expect(pull!.merged_at).not.toBeNull();
  const percent = Math.round(100 * (1 - ratio.value));
  const [first] = pull!.body!.split('\n');
  expect(first).toContain(`**v1 costs ${percent} % less per task (68 %: `);
  expect(first).toContain('and resolves 8/8 against 8/8 held-out tasks; it is not worse by more than 25 points**');
  expect((await world.comments(issue)).at(-1)).toContain(`v1 costs ${percent} % less per task`);
  const { data: diff } = await pulls.listFiles({ ...at, pull_number: pull!.number });
  expect(diff.map(({ filename, patch }) => [filename, patch!.match(/^[+-].*/gm)])).toEqual([
    ['agent.ts', ['-const MAX_TURNS = 4;', '+const MAX_TURNS = 2;']],
  ]);
  const { data } = await repos.getContent({ ...at, path: 'agent.ts', mediaType: { format: 'raw' } });
  expect(String(data)).toContain('const MAX_TURNS = 2;');
}, 480_000);
