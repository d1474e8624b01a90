import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Octokit } from '@octokit/rest';
import { afterAll, expect, test } from 'vitest';
import { setSetting } from '../../src/local-github/actions/run/settings.ts';
import { ActionsWorld, workflow } from '../support/actions-world.ts';

const root = mkdtempSync(join(tmpdir(), 'huxley-action-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A JavaScript action that uploads what it was told with the stock client. */
function uploadingAction(): string {
  const action = join(root, 'action');
  mkdirSync(action, { recursive: true });
  writeFileSync(
    join(action, 'action.yml'),
    'inputs: { order: { required: true } }\nruns: { using: node24, main: index.mjs }\n',
  );
  writeFileSync(
    join(action, 'index.mjs'),
    `import { writeFileSync } from 'node:fs';
     import client from '${resolve('node_modules/@actions/artifact/lib/artifact.js')}';
     writeFileSync('result.json', JSON.stringify({ order: process.env.INPUT_ORDER, sha: process.env.GITHUB_SHA }));
     const { id } = await client.uploadArtifact('huxley-result', ['result.json'], '.');
     const { artifacts } = await client.listArtifacts();
     console.log('uploaded', artifacts.find((each) => each.id === id).name);
     await client.downloadArtifact(id, { path: 'again' });`,
  );
  return action;
}

test('a dispatched workflow checks out, runs an action with its inputs, and leaves an artifact that Octokit downloads', async () => {
  const files = workflow(`name: Work
run-name: "work \${{ inputs.order }}"
on:
  workflow_dispatch:
    inputs: { order: { required: true } }
permissions: { contents: read }
jobs:
  work:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with: { persist-credentials: false }
      - run: cat README.md && ! git config --get-regexp extraheader
      - uses: someone/huxley/action@0123456789
        with: { order: "\${{ inputs.order }}" }
      - run: cat again/result.json
`);
  await using world = await ActionsWorld.start(
    { ...files, 'README.md': 'the readme\n' },
    { actions: { 'someone/huxley/action': uploadingAction() } },
  );
  const run_id = await world.dispatch({ order: 'nonce-1' });
  await world.settled();
  const log = await world.log(run_id);
  expect(await world.run(run_id), log).toMatchObject({
    status: 'completed',
    conclusion: 'success',
    event: 'workflow_dispatch',
    display_title: 'work nonce-1',
    head_branch: 'main',
    path: '.github/workflows/work.yml',
  });
  expect(log).toContain('the readme');
  expect(log).toContain('{"order":"nonce-1","sha":');
  const { data } = await world.octokit.rest.actions.listWorkflowRunArtifacts({ ...world.at, run_id });
  expect(data.artifacts).toMatchObject([
    { name: 'huxley-result', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
  ]);
  const zip = await world.octokit.rest.actions.downloadArtifact({
    ...world.at,
    artifact_id: data.artifacts[0]!.id,
    archive_format: 'zip',
  });
  expect(
    Buffer.from(zip.data as ArrayBuffer)
      .subarray(0, 2)
      .toString(),
  ).toBe('PK');
});

test('artifacts are there as soon as they are whole, outlive a lost runner, and go with their run', async () => {
  await using world = await ActionsWorld.start(
    workflow(`on: { workflow_dispatch: { inputs: { seconds: {} } } }
jobs:
  a:
    runs-on: x
    steps:
      - uses: someone/huxley/action@0123456789
        with: { order: x }
      - run: sleep \${{ inputs.seconds }}
`),
    { actions: { 'someone/huxley/action': uploadingAction() }, lostAfterMs: 50 },
  );
  const { actions } = world.octokit.rest;
  const artifacts = async () =>
    (await actions.listArtifactsForRepo({ ...world.at, name: 'huxley-result' })).data.artifacts.map(
      ({ workflow_run }) => workflow_run?.id,
    );
  const first = await world.dispatch({ seconds: '0' });
  await world.settled();
  const run_id = await world.dispatch({ seconds: '60' });
  await expect.poll(artifacts, { timeout: 20_000 }).toEqual([run_id, first]);
  await expect(actions.deleteWorkflowRun({ ...world.at, run_id })).rejects.toMatchObject({ status: 403 });
  world.github.actions.scheduler.loseRunner(run_id);
  await world.settled();
  expect((await world.run(run_id)).conclusion).toBe('failure');
  expect(await artifacts()).toEqual([run_id, first]);
  await actions.deleteWorkflowRun({ ...world.at, run_id });
  expect(await artifacts()).toEqual([first]);
  const next = await world.run(await world.dispatch({ seconds: '0' }));
  expect(next.run_number).toBe(3);
  await world.settled();
});

test('dispatch refuses what GitHub refuses', async () => {
  await using world = await ActionsWorld.start(
    workflow(`on: { workflow_dispatch: { inputs: { order: { required: true }, kind: { type: choice, options: [a] } } } }
jobs: { a: { runs-on: x, steps: [{ run: 'true' }] } }`),
    { returnRunDetails: false, slots: 0 },
  );
  const send = (body: object, workflow_id = 'work.yml') =>
    world.octokit
      .request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
        ...world.at,
        workflow_id,
        ...body,
      } as never)
      .then(
        ({ status }) => status,
        (error: { status: number; message: string }) => `${error.status} ${error.message.split(' - ')[0]}`,
      );
  const inputs = { order: 'x', kind: 'a' };
  expect(await send({ ref: 'main', inputs })).toBe(204);
  expect(await send({ ref: 'main', inputs, return_run_details: true })).toMatch(/^422 .*return_run_details/s);
  expect(await send({ ref: 'main', inputs: {} })).toBe("422 Required input 'order' not provided");
  expect(await send({ ref: 'main', inputs: { order: 'x', kind: 'b' } })).toMatch(/^422 Provided value 'b'/);
  expect(await send({ ref: 'main', inputs: { ...inputs, other: 'y' } })).toBe(
    '422 Unexpected inputs provided: ["other"]',
  );
  expect(await send({ ref: 'none', inputs })).toBe('422 No ref found for: none');
  expect(await send({ ref: 'main', inputs: { ...inputs, order: 'x'.repeat(70_000) } })).toBe(
    '422 inputs are too large.',
  );
  expect(await send({ ref: 'main' }, 'none.yml')).toBe('404 Not Found');
  expect(await world.runs()).toEqual(['workflow_dispatch .github/workflows/work.yml: queued']);
});

test("a job's token has exactly the permissions of its job, and ends with it", async () => {
  await using world = await ActionsWorld.start(
    workflow(`on: workflow_dispatch
permissions: { contents: read }
jobs:
  a:
    runs-on: x
    steps:
      - env: { TOKEN: "\${{ github.token }}" }
        run: |
          call() { curl -s -o /dev/null -w "$1 %{http_code}\\n" -H "authorization: token $TOKEN" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY$2" "\${@:3}"; }
          call read /contents/.github/workflows/work.yml
          call dispatch /actions/workflows/work.yml/dispatches -X POST -d '{"ref":"main"}'
          call check /check-runs -X POST -d '{"name":"forged","head_sha":"'$GITHUB_SHA'"}'
          call merge /merges -X POST -d '{"base":"main","head":"main"}'
          printf %s "$TOKEN" > "$KEPT"
`),
    { environment: { KEPT: join(root, 'token') } },
  );
  const run_id = await world.dispatch();
  await world.settled();
  const log = await world.log(run_id);
  expect(log.match(/\w+ \d{3}$/gm)).toEqual(['read 200', 'dispatch 403', 'check 403', 'merge 403']);
  const late = new Octokit({ auth: readFileSync(join(root, 'token'), 'utf8'), baseUrl: world.github.apiUrl });
  await expect(late.rest.repos.get(world.at)).rejects.toMatchObject({ status: 401 });
});

test('cancelling a run, and losing its runner', async () => {
  await using world = await ActionsWorld.start(
    workflow('on: workflow_dispatch\njobs: { a: { runs-on: x, steps: [{ run: sleep 60 }] } }\n'),
    { lostAfterMs: 50 },
  );
  const running = async () => {
    const run = await world.dispatch();
    await expect.poll(async () => (await world.run(run)).status).toBe('in_progress');
    return run;
  };
  const first = await running();
  expect((await world.octokit.rest.actions.cancelWorkflowRun({ ...world.at, run_id: first })).status).toBe(202);
  await world.settled();
  expect((await world.run(first)).conclusion).toBe('cancelled');
  const second = await running();
  world.github.actions.scheduler.loseRunner(second);
  expect((await world.run(second)).status).toBe('in_progress');
  await world.settled();
  expect((await world.run(second)).conclusion).toBe('failure');
});

test("an environment's secrets reach only jobs on the branches it allows", async () => {
  await using world = await ActionsWorld.start(
    workflow(`on: workflow_dispatch
jobs:
  a:
    runs-on: x
    environment: huxley
    steps:
      - env: { KEY: "\${{ secrets.KEY }}" }
        run: test "$KEY" = planted && echo "saw $KEY"
`),
  );
  setSetting(
    world.github.actions,
    'secret',
    world.github.setup.repository('octo', 'agent'),
    'KEY',
    'planted',
    'huxley',
  );
  await world.octokit.rest.repos.createOrUpdateEnvironment({
    ...world.at,
    environment_name: 'huxley',
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  });
  const refused = await world.dispatch();
  await world.settled();
  expect((await world.run(refused)).conclusion).toBe('failure');
  expect(await world.log(refused)).toContain('Branch "main" is not allowed to deploy to huxley');
  await world.octokit.rest.repos.createDeploymentBranchPolicy({
    ...world.at,
    environment_name: 'huxley',
    name: 'main',
  });
  const allowed = await world.dispatch();
  await world.settled();
  expect((await world.run(allowed)).conclusion).toBe('success');
  expect(await world.log(allowed)).toContain('saw ***');
});
