import { expect, test } from 'vitest';
import { actionFolder } from '../../src/local-github/world/action-folder.ts';
import { usesOf } from '../../src/local-github/world/actions.ts';
import { APP_WORKFLOW, serverlessWorld } from '../support/serverless.ts';
import { until, type World } from '../support/world.ts';

const at = { owner: 'octo', repo: 'agent' };

/** Starts a tick by hand, as its owner or with another token, and gives what its summary or its log says. */
async function tick({ github, people }: World, inputs: Readonly<Record<string, string>> = {}) {
  const { rest } = people.owner;
  const workflow_id = APP_WORKFLOW.replace(/.*\//, '');
  await rest.actions.createWorkflowDispatch({ ...at, workflow_id, ref: 'main', inputs });
  await github.actions.scheduler.idle();
  const [run] = (await rest.actions.listWorkflowRuns({ ...at, workflow_id })).data.workflow_runs;
  const { data } = await rest.actions.listJobsForWorkflowRun({ ...at, run_id: run!.id });
  const log = await rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: data.jobs[0]!.id });
  return { conclusion: run!.conclusion, log: String(log.data) };
}

test('ticks answer comments, go on from what the one before saved, and refuse to go back', async () => {
  // The very bundle of a release.
  const actions = { [usesOf('controller')]: await actionFolder('controller') };
  const { world, key } = await serverlessWorld({ tasks: 6, actions: { actions } });
  await using _ = world;
  const { rest } = world.people.owner;
  const states = async () =>
    (await rest.actions.listArtifactsForRepo(at)).data.artifacts.map(({ id, name }) => ({ id, name }));
  const issue = await world.issue();
  const comment = await world.comment(issue, '/huxley help');
  expect(await world.reply(issue, comment)).toContain('/huxley run');
  await world.comment(issue, 'What is this?');
  await world.github.actions.scheduler.idle();
  // What is no command costs nothing.
  expect((await rest.actions.listWorkflowRunsForRepo(at)).data.workflow_runs.map((run) => run.conclusion)).toEqual([
    'skipped',
    'success',
  ]);
  expect(await states()).toHaveLength(1);

  const second = await tick(world);
  expect(second).toMatchObject({ conclusion: 'success', log: expect.stringContaining('Journal from an earlier tick') });
  expect(second.log).toContain('Ticks of this repository: 2, about 2 minutes of Actions beside the jobs.');
  expect(second.log).not.toContain(key);

  await rest.actions.deleteArtifact({ ...at, artifact_id: (await states())[0]!.id });
  await world.comment(issue, '/huxley status');
  const refused = async () =>
    (await world.comments(issue)).find((body) => body.startsWith('`/huxley status` is not done'));
  expect(await until(refused, 'a refusal')).toContain('cannot be relied on: run 3 of the workflow succeeded');
  const third = await tick(world);
  expect(third.conclusion).toBe('failure');
  expect(third.log).toContain('run 3 of the workflow succeeded, and its state is gone');
  const built = await tick(world, { rebuild: 'true' });
  expect(built).toMatchObject({ conclusion: 'success', log: expect.stringContaining('it was built again') });
  expect((await world.comments(issue)).filter((body) => body.includes('huxley:reply'))).toHaveLength(1);
}, 90_000);
