import { expect, test } from 'vitest';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { GREET_REPOSITORY, RIGHT } from '../support/greet.ts';
import { startRealWorld } from '../support/real-workers.ts';

const CONFIGURATION = `agent: { solve: node agent.mjs, check: sh check.sh }
benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 1, concurrency: 1, batch: 2 }
limits: { taskMinutes: 2, taskCostUSD: 0.5 }
`;
const TASKS = Object.entries(GREET_REPOSITORY).flatMap(([path, text]) =>
  path.startsWith('tasks/greet/')
    ? ['one', 'two'].map((name) => [path.replace('tasks/greet', `tasks/${name}`), text] as const)
    : [[path, text] as const],
);

test('a root that does not pass its own check, and a model that is not there, stop a run before anything is measured; one comment says both', async () => {
  await using endpoint = await fakeEndpoint((_, response) =>
    sendJson(response, '{"error":{"message":"The model `gpt-5-mini` does not exist"}}', 404),
  );
  await using world = await startRealWorld(endpoint, {
    configuration: CONFIGURATION,
    files: { ...Object.fromEntries(TASKS), 'check.sh': 'echo "@octo 3 of 7 tests failed"; exit 1\n' },
    options: { preflight: true },
  });
  const issue = await world.run('seed=1');
  const ended = await world.ended('r1');
  expect(ended.outcome).toMatchObject({ outcome: 'failed', shipped: 'v0' });
  expect(ended.outcome!.reason).toContain('models, check');
  const events = (await world.entries('r1')).map(({ event }) => event.type);
  expect(events).toEqual(['run.started', 'preflight.done', 'run.ended']);
  const summary = (await world.comments(issue)).find((body) => body.includes('huxley:summary'))!;
  expect(summary).toContain('3 of 7 tests failed');
  expect(summary).toContain('does not pass `agent.check`');
  expect(summary).toContain('A call to gpt-5-mini failed: 404');
  // What a check prints is shown as it is, in a block, and calls nobody.
  expect(summary.slice(summary.indexOf('@octo') - 200, summary.indexOf('@octo'))).toContain('```');
  expect(ended.ignored).toEqual([]);
});

test('a root with which all is well is looked at once, paid for, and then measured', async () => {
  await using endpoint = await fakeEndpoint((_, response) => sendJson(response, chatAnswer(RIGHT)));
  await using world = await startRealWorld(endpoint, {
    configuration: CONFIGURATION,
    files: { ...Object.fromEntries(TASKS), 'check.sh': 'test -e agent.mjs\n' },
    options: { preflight: true },
  });
  await world.run('seed=1');
  const ended = await world.ended('r1');
  expect(ended.preflight).toEqual({ passed: true, findings: [] });
  const events = (await world.entries('r1')).map(({ event }) => event);
  expect(events.slice(0, 3).map(({ type }) => type)).toEqual(['run.started', 'preflight.done', 'decision.made']);
  const [, looked] = events as { costUSD: number }[];
  expect(looked!.costUSD).toBeGreaterThan(0);
  expect(ended.spentUSD).toBeGreaterThanOrEqual(looked!.costUSD);
  expect(ended.search.variants[0]!.own).toEqual({ resolved: 1, unresolved: 0 });
});
