import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until, WORKFLOW, World } from '../support/world.ts';

const configuration = `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 12, concurrency: 2, batch: 3 }
`;
const started = async (world: World) =>
  until(async () => ((await world.entries('r1')).length >= 5 ? true : undefined), 'the run to be on its way', 60);

test('a repository renamed in mid-run, its old name taken by another at once: the run goes on under the new name', async () => {
  await using world = await World.start({ luck: 0.8, tasks: 16, configuration });
  await world.startApp();
  const issue = await world.run('seed=5');
  await started(world);
  const { setup } = world.github;
  setup.moveRepository('octo', 'agent', { name: 'champion' });
  await setup.createRepository({ owner: 'octo', name: 'agent', files: { 'README.md': 'Another.\n' } });
  const archive = await world.ended('r1', 'octo/champion');
  expect(archive.outcome).not.toBeNull();
  expect(archive.ignored).toEqual([]);
  expect(archive.jobs.size).toBe(0);
  expect(await world.dashboard(issue, 'champion')).toContain('ended');
  const id = await world.comment(issue, '/huxley status', 'owner', 'champion');
  expect(await world.reply(issue, id, 'champion')).toContain('Run r1');
  // The repository that has the old name now has no run.
  expect(await world.entries('r1', 'octo/agent')).toEqual([]);
});

test('a repository transferred while the App was down, of a run that 0.1 left and whose number nobody noted: found where it is now', async () => {
  await using world = await World.restore(join(import.meta.dirname, '../fixtures/0.1/searching.tar.gz'));
  // What this version needs of a repository and 0.1 did not.
  await world.put('.github/workflows/huxley.yml', WORKFLOW);
  await world.put('.github/huxley.yml', `${world.git(['show', 'main:.github/huxley.yml'])}\n${world.keyLine}`);
  const before = (await world.entries('r1')).length;
  const { setup } = world.github;
  setup.createUser('guild');
  setup.install(world.app, 'guild');
  setup.moveRepository('octo', 'agent', { owner: 'guild', name: 'champion' });
  await world.startApp();
  const goesOn = async () => (await world.entries('r1', 'guild/champion')).length > before + 6 || undefined;
  await until(goesOn, 'results under the new name', 120);
  expect((await world.archive('r1', 'guild/champion'))!.ignored).toEqual([]);
}, 420_000);

test('the default branch is renamed in mid-run: work in flight counts, and what wins is offered on the new one', async () => {
  await using world = await World.start({
    skill: 0.1,
    luck: 1.6,
    seconds: 1,
    tasks: 24,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: greedy, budget: 6, concurrency: 1, batch: 12 }
merge: { mode: auto }
`,
  });
  await world.startApp();
  const issue = await world.run('seed=1');
  await started(world);
  await world.github.setup.renameBranch('octo', 'agent', 'main', 'trunk');
  const archive = await world.ended('r1');
  expect(archive.outcome?.outcome).toBe('merged');
  const merged = (await world.entries('r1')).flatMap(({ event }) =>
    event.type === 'variant.promoted' ? [event.merge] : [],
  );
  expect(merged).toEqual([world.git(['rev-parse', 'trunk'])]);
  const said = await world.dashboard(issue);
  expect(said).not.toContain('Attention');
  const lost = (await world.entries('r1')).filter(({ event }) => /noResult|lost/.test(event.type));
  expect(lost).toEqual([]);
}, 420_000);
