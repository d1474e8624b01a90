import { expect, test } from 'vitest';
import { actionFolder } from '../../src/local-github/world/action-folder.ts';
import { usesOf } from '../../src/local-github/world/actions.ts';
import { KEY } from '../support/serverless/controller.ts';
import { until, World } from '../support/world.ts';

const CONFIGURATION = 'benchmark: { suite: tasks, holdout: 0.5 }\nmerge: { mode: auto }\n';
const at = { owner: 'octo', repo: 'agent' };

test('ticks of a release’s bundle answer comments, go on from what the one before saved, and refuse to go back', async () => {
  const actions = { [usesOf('controller')]: await actionFolder('controller') };
  await using world = await World.start({
    way: 'token',
    tasks: 12,
    configuration: CONFIGURATION,
    halfHourMs: 1e9,
    actions: { actions },
  });
  await world.startController();
  const { rest } = world.people.owner;
  const states = async () => (await rest.actions.listArtifactsForRepo(at)).data.artifacts;
  const issue = await world.issue();
  const comment = await world.comment(issue, '/huxley run');
  expect(await world.reply(issue, comment)).toContain(
    'Nothing is merged without a person here: every workflow of this repository acts as github-actions[bot]',
  );
  await world.comment(issue, 'What is this?');
  await world.github.actions.scheduler.idle();
  // What is no command costs nothing.
  expect(world.controller!.runs().map((run) => run.conclusion)).toEqual(['success', 'skipped']);
  expect(await states()).toHaveLength(1);

  const second = await world.controller!.tick();
  expect(second).toMatchObject({ conclusion: 'success', log: expect.stringContaining('Journal from an earlier tick') });
  expect(second.log).toContain('Ticks of this repository: 2, about 2 minutes of Actions, not counting the jobs.');
  expect(second.log).not.toContain(KEY);

  await rest.actions.deleteArtifact({ ...at, artifact_id: (await states())[0]!.id });
  await world.comment(issue, '/huxley status');
  const refused = async () =>
    (await world.comments(issue)).find((body) => body.startsWith('`/huxley status` was not carried out'));
  expect(await until(refused, 'a refusal')).toContain('cannot be relied on: run 3 of the workflow succeeded');
  const built = await world.controller!.tick({ rebuild: 'true' });
  expect(built).toMatchObject({ conclusion: 'success', log: expect.stringContaining('it was built again') });
  expect((await world.comments(issue)).filter((body) => body.includes('huxley:reply'))).toHaveLength(1);
}, 90_000);
