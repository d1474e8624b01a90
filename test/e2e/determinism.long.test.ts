import { afterAll, beforeAll, expect, test } from 'vitest';
import { replayDecisions } from '../../src/search/replay.ts';
import { essence, expectConsistent } from '../support/consistency.ts';
import { chatAnswer, type FakeEndpoint, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { DIAGNOSIS, OBEDIENT_AGENT } from '../support/expanding.ts';
import { startRealWorld } from '../support/real-workers.ts';
import type { World } from '../support/world.ts';

// The real worker: the starter agent's workflow, the action, containers and grading. Only the model is played, always alike.

const TASKS = 8;

/** Solves what its skill reaches, and asks no model. */
const SOLVER = `
import { readFileSync, writeFileSync } from 'node:fs';
const k = Number(/number (\\d+)/.exec(readFileSync(process.env.HUXLEY_TASK, 'utf8'))[1]);
if (k < Number(readFileSync('skill.txt', 'utf8')))
  writeFileSync(process.env.HUXLEY_WORKSPACE + '/answer.js', 'export const answer = () => ' + k + ' * 7;\\n');
`;

const suite = Object.fromEntries(
  Array.from({ length: TASKS }, (_, k) => `tasks/times-${k}`).flatMap((folder, k) => [
    [`${folder}/task.yml`, 'language: javascript\nsolution: [answer.js]\nrunner: node\n'],
    [`${folder}/instruction.md`, `Export a function answer() that gives seven times the number ${k}.\n`],
    [`${folder}/workspace/package.json`, '{"type":"module"}'],
    [`${folder}/workspace/answer.js`, 'export const answer = () => null;\n'],
    [`${folder}/solution/answer.js`, `export const answer = () => ${7 * k};\n`],
    [
      `${folder}/tests/answer.test.js`,
      `import test from 'node:test'; import assert from 'node:assert/strict'; import { answer } from '../answer.js';\ntest('answers', () => assert.equal(answer(), ${7 * k}));\n`,
    ],
    [`${folder}/expected.txt`, 'tests/answer.test.js > answers\n'],
  ]),
);

let endpoint: FakeEndpoint;
let world: World;
beforeAll(async () => {
  endpoint = await fakeEndpoint(({ body }, response) =>
    sendJson(
      response,
      chatAnswer(
        'response_format' in body ? JSON.stringify(DIAGNOSIS) : 'echo $(( $(cat skill.txt) + 3 )) > skill.txt',
      ),
    ),
  );
  world = await startRealWorld(endpoint, {
    configuration: `agent: { solve: node solve.mjs, modify: node modify.mjs }
benchmark: { suite: tasks, holdout: 0.25 }
search: { policy: huxley, budget: 5, concurrency: 1, batch: 8 }
`,
    files: { ...suite, 'solve.mjs': SOLVER, 'modify.mjs': OBEDIENT_AGENT, 'skill.txt': '2\n' },
  });
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await endpoint?.[Symbol.asyncDispose]();
});

async function run(options: string) {
  const name = `r${await world.run(options)}`;
  const archive = await world.ended(name, 'octo/agent', 240);
  await expectConsistent(world, name, archive);
  const events = (await world.entries(name)).map(({ event }) => event);
  for (const { n, same } of replayDecisions(events)) expect(same, `decision ${n} of ${name}`).toBe(true);
  return archive;
}

test('with real containers, the same seed at concurrency 1 gives the same archive twice, and each replays to the letter', async () => {
  const first = await run('seed=3');
  expect(first.search.expansionsMade).toBeGreaterThan(0);
  expect(first.search.variants.some((variant) => variant!.own.resolved > 0)).toBe(true);
  expect(essence(await run('seed=3'))).toEqual(essence(first));
}, 600_000);
