import { expect, test } from 'vitest';
import { until, World } from '../support/world.ts';

/** What is left to answers of these is six writes an hour, of which a command takes two. Nothing is saved before they are spent. */
const LIMITS = { perMinute: 60, perHour: 60, frugalFrom: 2 };

test('a run that has spent its account’s writes keeps no other account waiting, nor its own people, nor the end of the App', async () => {
  await using world = await World.start({
    luck: 0.8,
    tasks: 16,
    writeLimits: LIMITS,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: greedy, budget: 30, concurrency: 4, batch: 1 }
`,
  });
  const { setup } = world.github;
  await setup.createRepository({ owner: 'stranger', name: 'agent', files: { 'README.md': 'x' } });
  setup.install(world.app, 'stranger');
  await world.startApp();
  const issue = await world.run('seed=1');
  // It has spent nine tenths once its journal stands still.
  let length = -1;
  await until(async () => {
    const before = length;
    length = (await world.entries('r1')).length;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    return length > 10 && length === before ? true : undefined;
  }, 'the run to wait for its limits');
  expect((await world.archive('r1'))!.status).toBe('running');

  const { rest } = world.people.stranger;
  const at = { owner: 'stranger', repo: 'agent' };
  const { data } = await rest.issues.create({ ...at, title: 'Help me' });
  let begun = performance.now();
  const asked = await rest.issues.createComment({ ...at, issue_number: data.number, body: '/huxley help' });
  await until(async () => {
    const { data: comments } = await rest.issues.listComments({ ...at, issue_number: data.number });
    return comments.some(({ body }) => body?.includes(`to=${asked.data.id} `)) ? true : undefined;
  }, 'an answer on the other account');
  expect(performance.now() - begun).toBeLessThan(5_000);

  begun = performance.now();
  const id = await world.comment(issue, '/huxley status');
  expect(await world.reply(issue, id)).toMatch(/GitHub’s limit on writes.* holds this run up, not its jobs/);
  expect(performance.now() - begun).toBeLessThan(10_000);

  begun = performance.now();
  await world.stopApp();
  expect(performance.now() - begun).toBeLessThan(5_000);
});
