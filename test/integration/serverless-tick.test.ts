import { expect, test } from 'vitest';
import { environmentNamed } from '../../src/local-github/actions/run/settings.ts';
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

  // The default branch becomes another: what ran under the old name still counts, and is still missed where it is gone.
  const { actions: here, setup } = world.github;
  const { id } = environmentNamed(here, setup.repository('octo', 'agent'), 'huxley');
  const { data: main } = await rest.git.getRef({ ...at, ref: 'heads/main' });
  const branches = ['main', 'trunk', 'master'].map((name, i) => ({ id: i + 1, name }));
  here.tables.environments.update(id, { branches });
  const rename = async (branch: string) => {
    await rest.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: main.object.sha });
    await rest.repos.update({ ...at, default_branch: branch });
  };
  const ticks = ({ log }: { readonly log: string }) => Number(/Ticks of this repository: (\d+)/.exec(log)?.[1]);
  const last = ticks(await world.controller!.tick());
  await rename('trunk');
  expect([1, 2].map((n) => last + n)).toEqual([
    ticks(await world.controller!.tick()),
    ticks(await world.controller!.tick()),
  ]);
  await rename('master');
  const [newest] = await states();
  await rest.actions.deleteArtifact({ ...at, artifact_id: newest!.id });
  const gone = world.controller!.runs().at(-1)!;
  expect(await world.controller!.tick()).toMatchObject({
    conclusion: 'failure',
    log: expect.stringContaining(`run ${gone.number} of the workflow succeeded, and its state is gone`),
  });
}, 90_000);
