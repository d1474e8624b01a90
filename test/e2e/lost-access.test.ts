import { expect, test } from 'vitest';
import { until, World } from '../support/world.ts';

test('a run that loses its private repository waits, and goes on once the App is installed again, in the same process', async () => {
  await using world = await World.start({
    skill: 0.3,
    tasks: 4,
    seconds: 2,
    configuration:
      'benchmark: { suite: tasks, holdout: 0.5 }\nsearch: { policy: hgm, budget: 2, concurrency: 1, batch: 2 }\n',
  });
  const { setup, hub, actions } = world.github;
  hub.store.repositories.update(setup.repository('octo', 'agent').id, { private: true });
  await world.startApp({ preflight: false });
  const issue = await world.run('seed=1');
  await until(async () => actions.tables.runs.list().find(({ status }) => status === 'in_progress'), 'a job at work');
  const { controller } = world.server!.service;
  const installed = hub.store.installations.find({ app: world.app.id })!;
  for (const lose of [() => setup.select(installed, []), () => setup.uninstall(installed)]) {
    lose();
    await controller.idle();
    const before = (await world.entries('r1')).length;
    for (let n = 0; n < 2; n++) {
      controller.wake({ repository: 'octo/agent', run: 'r1' }, { all: true });
      await controller.idle();
    }
    expect(await world.entries('r1')).toHaveLength(before);
  }
  setup.install(world.app, 'octo');
  expect(await world.reply(issue, await world.comment(issue, '/huxley status'))).toContain('r1');
  const archive = await world.ended('r1');
  expect(archive.outcome?.outcome).toMatch(/merged|offered|nothing/);
  const types = (await world.entries('r1')).map(({ event }) => event.type);
  expect(types).not.toContain('job.charged');
  expect(types).not.toContain('job.retried');
  expect(types).not.toContain('evaluation.noResult');
}, 120_000);
