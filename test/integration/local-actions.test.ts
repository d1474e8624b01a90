import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Octokit } from '@octokit/rest';
import { afterAll, expect, test } from 'vitest';
import type { ActionsOptions } from '../../src/local/github/actions/options.ts';
import { setSetting } from '../../src/local/github/actions/run/settings.ts';
import type { LocalGitHub } from '../../src/local/github/start.ts';
import { startCheckedGitHub } from '../support/checked-github.ts';

const root = mkdtempSync(join(tmpdir(), 'huxley-local-actions-'));
const open: LocalGitHub[] = [];
afterAll(async () => {
  for (const github of open) await github.close();
  rmSync(root, { recursive: true, force: true });
});

interface World {
  readonly github: LocalGitHub;
  readonly octokit: Octokit;
  readonly at: { readonly owner: string; readonly repo: string };
}

let worlds = 0;

async function world(files: Record<string, string>, actions: ActionsOptions = {}): Promise<World> {
  worlds += 1;
  const github = await startCheckedGitHub({ dir: join(root, String(worlds)), actions });
  open.push(github);
  const { token } = github.setup.createUser('octo');
  await github.setup.createRepository({ owner: 'octo', name: 'agent', files });
  const octokit = new Octokit({
    auth: token,
    baseUrl: github.apiUrl,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  return { github, octokit, at: { owner: 'octo', repo: 'agent' } };
}

const workflow = (body: string) => ({ '.github/workflows/work.yml': body });

async function dispatch({ octokit, at, github }: World, inputs: Record<string, string> = {}): Promise<number> {
  const answer = await octokit.rest.actions.createWorkflowDispatch({
    ...at,
    workflow_id: 'work.yml',
    ref: 'main',
    inputs,
    return_run_details: true,
  });
  await github.actions.scheduler.idle();
  return Number((answer.data as unknown as { workflow_run_id: number }).workflow_run_id);
}

async function jobLog({ octokit, at }: World, run: number): Promise<string> {
  const { data } = await octokit.rest.actions.listJobsForWorkflowRun({ ...at, run_id: run });
  const log = await octokit.rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: Number(data.jobs[0]!.id) });
  return String(log.data);
}

test('a dispatched workflow checks out, runs an action with its inputs, and leaves an artifact that Octokit downloads', async () => {
  const action = join(root, 'action');
  mkdirSync(action, { recursive: true });
  writeFileSync(
    join(action, 'action.yml'),
    'inputs: { order: { required: true } }\nruns: { using: node24, main: index.mjs }\n',
  );
  const artifact = resolve('node_modules/@actions/artifact/lib/artifact.js');
  writeFileSync(
    join(action, 'index.mjs'),
    `import { writeFileSync } from 'node:fs';
     import client from '${artifact}';
     writeFileSync('result.json', JSON.stringify({ order: process.env.INPUT_ORDER, sha: process.env.GITHUB_SHA }));
     const { id, digest } = await client.uploadArtifact('huxley-result', ['result.json'], '.');
     const { artifacts } = await client.listArtifacts();
     console.log('uploaded', id, digest, artifacts.map((each) => each.name).join());`,
  );
  const here = await world(
    {
      ...workflow(`name: Work
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
      - run: cat README.md
      - uses: someone/huxley/action@0123456789
        with: { order: "\${{ inputs.order }}" }
`),
      'README.md': 'the readme\n',
    },
    { actions: { 'someone/huxley/action': action } },
  );
  const run_id = await dispatch(here, { order: 'nonce-1' });
  const log = await jobLog(here, run_id);
  const { data: run } = await here.octokit.rest.actions.getWorkflowRun({ ...here.at, run_id });
  expect(run, log).toMatchObject({
    status: 'completed',
    conclusion: 'success',
    event: 'workflow_dispatch',
    display_title: 'work nonce-1',
    head_branch: 'main',
    path: '.github/workflows/work.yml',
  });
  expect(log).toContain('the readme');
  const { data } = await here.octokit.rest.actions.listWorkflowRunArtifacts({ ...here.at, run_id });
  expect(data.artifacts).toMatchObject([
    { name: 'huxley-result', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
  ]);
  const zip = await here.octokit.rest.actions.downloadArtifact({
    ...here.at,
    artifact_id: data.artifacts[0]!.id,
    archive_format: 'zip',
  });
  expect(
    Buffer.from(zip.data as ArrayBuffer)
      .subarray(0, 2)
      .toString(),
  ).toBe('PK');
});

test('dispatch refuses what GitHub refuses', async () => {
  const here = await world(
    workflow(`on: { workflow_dispatch: { inputs: { order: { required: true }, kind: { type: choice, options: [a] } } } }
jobs: { a: { runs-on: x, steps: [{ run: 'true' }] } }`),
    { returnRunDetails: false, slots: 0 },
  );
  const send = (body: object, workflow_id = 'work.yml') =>
    here.octokit
      .request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
        ...here.at,
        workflow_id,
        ...body,
      } as never)
      .then(
        ({ status }) => status,
        (error: { status: number; message: string }) => `${error.status} ${error.message.split(' - ')[0]}`,
      );
  expect(await send({ ref: 'main', inputs: { order: 'x', kind: 'a' } })).toBe(204);
  expect(await send({ ref: 'main', inputs: { order: 'x', kind: 'a' }, return_run_details: true })).toMatch(
    /^422 .*return_run_details/s,
  );
  expect(await send({ ref: 'main', inputs: {} })).toBe("422 Required input 'order' not provided");
  expect(await send({ ref: 'main', inputs: { order: 'x', other: 'y' } })).toBe(
    '422 Unexpected inputs provided: ["other"]',
  );
  expect(await send({ ref: 'none', inputs: { order: 'x' } })).toBe('422 No ref found for: none');
  expect(await send({ ref: 'main', inputs: { order: 'x'.repeat(70_000), kind: 'a' } })).toBe(
    '422 inputs are too large.',
  );
  expect(await send({ ref: 'main' }, 'none.yml')).toBe('404 Not Found');
  expect((await here.octokit.rest.actions.listWorkflowRunsForRepo(here.at)).data.total_count).toBe(1);
});

test("a job's token has the permissions its workflow gives and ends with the job", async () => {
  const here = await world(
    workflow(`on: workflow_dispatch
permissions: { contents: read }
jobs:
  a:
    runs-on: x
    steps:
      - env: { TOKEN: "\${{ github.token }}" }
        run: |
          call() { curl -s -o /dev/null -w "$1 %{http_code}\\n" -H "authorization: token $TOKEN" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY$2" "\${@:3}"; }
          call contents /contents/.github/workflows/work.yml
          call dispatch /actions/workflows/work.yml/dispatches -X POST -d '{"ref":"main"}'
`),
  );
  const log = await jobLog(here, await dispatch(here));
  expect(log).toContain('dispatch 403');
});

test('cancelling a run, and losing its runner', async () => {
  const here = await world(
    workflow('on: workflow_dispatch\njobs: { a: { runs-on: x, steps: [{ run: sleep 60 }] } }\n'),
    { grace: { interrupt: 100, terminate: 100 }, lostAfterMs: 50 },
  );
  const start = async () => {
    const { data } = await here.octokit.rest.actions.createWorkflowDispatch({
      ...here.at,
      workflow_id: 'work.yml',
      ref: 'main',
      return_run_details: true,
    });
    const run_id = Number((data as unknown as { workflow_run_id: number }).workflow_run_id);
    await expect
      .poll(async () => (await here.octokit.rest.actions.getWorkflowRun({ ...here.at, run_id })).data.status)
      .toBe('in_progress');
    return run_id;
  };
  const ended = async (run_id: number) => {
    await here.github.actions.scheduler.idle();
    return (await here.octokit.rest.actions.getWorkflowRun({ ...here.at, run_id })).data.conclusion;
  };
  const first = await start();
  expect((await here.octokit.rest.actions.cancelWorkflowRun({ ...here.at, run_id: first })).status).toBe(202);
  expect(await ended(first)).toBe('cancelled');
  const second = await start();
  here.github.actions.scheduler.loseRunner(second);
  expect(await ended(second)).toBe('failure');
});

test("an environment's secrets reach only jobs on the branches it allows", async () => {
  const here = await world(
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
  setSetting(here.github.actions, 'secret', here.github.setup.repository('octo', 'agent'), 'KEY', 'planted', 'huxley');
  await here.octokit.rest.repos.createOrUpdateEnvironment({
    ...here.at,
    environment_name: 'huxley',
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  });
  const conclusion = async (run_id: number) =>
    (await here.octokit.rest.actions.getWorkflowRun({ ...here.at, run_id })).data.conclusion;
  expect(await conclusion(await dispatch(here))).toBe('failure');
  await here.octokit.rest.repos.createDeploymentBranchPolicy({ ...here.at, environment_name: 'huxley', name: 'main' });
  const run = await dispatch(here);
  expect(await conclusion(run)).toBe('success');
  expect(await jobLog(here, run)).toContain('saw ***');
});

test('webhooks tell of a run: requested, in_progress, completed', async () => {
  const here = await world(workflow('on: workflow_dispatch\njobs: { a: { runs-on: x, steps: [{ run: "true" }] } }\n'));
  const seen: string[] = [];
  const receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      seen.push(`${request.headers['x-github-event']} ${JSON.parse(text).action}`);
      response.end();
    });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  const { app } = here.github.setup.createApp({
    slug: 'watcher',
    owner: 'octo',
    webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
    webhookSecret: 'secret',
    permissions: { actions: 'read' },
    events: ['workflow_run'],
  });
  here.github.setup.install(app, 'octo');
  await dispatch(here);
  await here.github.idle();
  receiver.close();
  expect(seen.filter((each) => each.startsWith('workflow_run')).toSorted()).toEqual([
    'workflow_run completed',
    'workflow_run in_progress',
    'workflow_run requested',
  ]);
});
