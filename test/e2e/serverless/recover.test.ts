import { expect, test } from 'vitest';
import { expectConsistent } from '../../support/consistency.ts';
import { until, World } from '../../support/world.ts';

const AT = { owner: 'octo', repo: 'agent' };

test('with every state deleted in mid-run nothing is done until a person says so; then the run is as it was, paused', async () => {
  await using world = await World.start({
    way: 'token',
    luck: 0.8,
    tasks: 12,
    halfHourMs: 400,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 10, concurrency: 2, batch: 4 }
`,
  });
  await world.startController();
  const issue = await world.run('seed=5');
  const ask = async (body: string) => world.reply(issue, await world.comment(issue, body));
  const isMade = async () =>
    ((await world.archive('r1'))?.search.variants.filter((variant) => variant?.state === 'live').length ?? 0) > 1 ||
    undefined;
  await until(isMade, 'a variant');
  expect(await ask('/huxley pause')).toMatch(/^Paused/);
  const isIdle = async () => (await world.archive('r1'))!.jobs.size === 0 || undefined;
  await until(isIdle, 'the work in flight to end');
  await world.stopController();
  const before = await world.entries('r1');

  const { actions } = world.people.owner.rest;
  const all = await world.people.owner.paginate(actions.listArtifactsForRepo, { ...AT, per_page: 100 });
  for (const { id, name } of all)
    if (name.startsWith('huxley-state-')) await actions.deleteArtifact({ ...AT, artifact_id: id });
  expect((await world.controller!.tick()).conclusion).toBe('failure');
  const rebuilt = await world.controller!.tick({ rebuild: 'true' });
  expect(rebuilt).toMatchObject({ conclusion: 'success', log: expect.stringContaining('it was built again') });
  const after = await world.entries('r1');
  expect((await world.archive('r1'))!.status).toBe('paused');
  expect(after.map(({ event }) => event.type)).toEqual(before.slice(0, after.length).map(({ event }) => event.type));

  await world.startController();
  await ask('/huxley resume');
  await expectConsistent(world, 'r1', await world.ended('r1'));
});
