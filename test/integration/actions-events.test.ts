import { expect, test } from 'vitest';
import { fireSchedules } from '../../src/local-github/actions/run/schedule.ts';
import { ActionsWorld, workflow } from '../support/actions-world.ts';
import { commitFile } from '../support/commit-file.ts';

const says = (on: string, script: string, more = '') => `name: Watcher
on: ${on}
${more}
jobs: { a: { runs-on: x, steps: [{ run: '${script}' }] } }
`;

const watcher = (on: string, more = '') => ({
  '.github/workflows/watcher.yml': says(on, 'echo "saw $GITHUB_EVENT_NAME $GITHUB_REF @ $GITHUB_SHA"', more),
});

const WORK = workflow(
  "name: Work\non: { workflow_dispatch: {} }\njobs: { a: { runs-on: x, steps: [{ run: 'true' }] } }\n",
);

test('comments, issues, reviews and pull requests start what names them, each on its own commit', async () => {
  await using world = await ActionsWorld.start(
    watcher(`{ issue_comment: { types: [created] }, issues: { types: [labeled] }, pull_request_review: {},
  pull_request: { types: [closed] }, pull_request_target: { types: [closed, reopened] } }`),
  );
  const { rest } = world.octokit;
  const { at } = world;
  const { data: issue } = await rest.issues.create({ ...at, title: 'Improve' });
  const { data: comment } = await rest.issues.createComment({ ...at, issue_number: issue.number, body: 'go' });
  await rest.issues.updateComment({ ...at, comment_id: comment.id, body: 'no' });
  await rest.issues.addLabels({ ...at, issue_number: issue.number, labels: ['huxley'] });
  // Skip instructions are heeded by `push` and `pull_request` alone.
  await commitFile(world, 'v1', 'a', '', 'v1\n\n\nHuxley-Run: r1\nskip-checks: true');
  await commitFile(world, 'main', 'b', '', 'Meanwhile');
  const { data: pull } = await rest.pulls.create({ ...at, title: 'Variant', head: 'v1', base: 'main' });
  await rest.pulls.createReview({ ...at, pull_number: pull.number, event: 'COMMENT', body: 'hm' });
  await rest.pulls.update({ ...at, pull_number: pull.number, state: 'closed' });
  await rest.pulls.update({ ...at, pull_number: pull.number, state: 'open' });
  await world.settled();
  expect(await world.runs()).toEqual([
    'issue_comment Improve: success',
    'issues Improve: success',
    'pull_request_review Variant: success',
    'pull_request_target Variant: success',
    'pull_request_target Variant: success',
  ]);
  const head = (await rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
  const logs = await Promise.all([1, 3, 4].map((id) => world.log(id)));
  expect(logs[0]).toMatch(/saw issue_comment refs\/heads\/main @ [0-9a-f]{40}/);
  expect(logs[1]).toContain(`saw pull_request_review refs/pull/${pull.number}/merge @ `);
  expect(logs[2]).toContain(`saw pull_request_target refs/heads/main @ ${head}`);
  const run = await world.run(4);
  expect(run).toMatchObject({ head_sha: pull.head.sha, head_branch: 'v1', pull_requests: [{ number: pull.number }] });
});

test('a schedule fires when it is told to, on the default branch, and a disabled workflow does not', async () => {
  await using world = await ActionsWorld.start(
    watcher('{ schedule: [{ cron: "*/5 * * * *" }] }', 'run-name: "${{ github.event.schedule }}"'),
  );
  fireSchedules(world.github.actions);
  await world.settled();
  expect(await world.runs()).toEqual(['schedule */5 * * * *: success']);
  expect(await world.log(1)).toContain('saw schedule refs/heads/main @ ');
  await world.octokit.rest.actions.disableWorkflow({ ...world.at, workflow_id: 'watcher.yml' });
  fireSchedules(world.github.actions);
  await world.settled();
  expect(await world.runs()).toHaveLength(1);
});

test('the end of a run starts what waits for its workflow by name, three levels deep at most', async () => {
  await using world = await ActionsWorld.start({
    ...WORK,
    ...watcher('{ workflow_run: { workflows: [Work, Watcher], types: [completed], branches: [main] } }'),
  });
  await commitFile(world, 'elsewhere', 'x', '', 'Other');
  const { rest } = world.octokit;
  await rest.actions.createWorkflowDispatch({ ...world.at, workflow_id: 'work.yml', ref: 'elsewhere' });
  await world.settled();
  expect(await world.runs()).toEqual(['workflow_dispatch Work: success']);
  await world.dispatch();
  await world.settled();
  const watched = ['Work', 'Watcher', 'Watcher'].map((name) => `workflow_run ${name}: success`);
  expect((await world.runs()).slice(1)).toEqual(['workflow_dispatch Work: success', ...watched]);
});

const BOSS = {
  '.github/workflows/boss.yml': `name: Boss
on: { workflow_dispatch: {} }
permissions: { actions: write, issues: write }
jobs:
  a:
    runs-on: x
    steps:
      - env: { TOKEN: "\${{ github.token }}" }
        run: |
          post() { curl -sf -H "authorization: Bearer $TOKEN" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/$1" -d "$2"; }
          post issues/1/comments '{"body":"by the job"}'
          post actions/workflows/work.yml/dispatches '{"ref":"main"}'
`,
};

test.each([
  [false, []],
  [true, ['workflow_run Work: success']],
])("what a job's token dispatches runs; whether its end is followed is an option (%s)", async (follow, more) => {
  await using world = await ActionsWorld.start(
    { ...WORK, ...BOSS, ...watcher('{ issue_comment: {}, workflow_run: { workflows: [Work], types: [completed] } }') },
    { followTokenRuns: follow },
  );
  await world.octokit.rest.issues.create({ ...world.at, title: 'Improve' });
  await world.dispatch({}, 'boss.yml');
  await world.settled();
  expect(await world.runs()).toEqual(['workflow_dispatch Boss: success', 'workflow_dispatch Work: success', ...more]);
  const { data } = await world.octokit.rest.issues.listComments({ ...world.at, issue_number: 1 });
  expect(data.map(({ user }) => user?.login)).toEqual(['github-actions[bot]']);
  expect((await world.run(2)).actor?.login).toBe('github-actions[bot]');
});

test('a group that queues drops nothing', async () => {
  await using world = await ActionsWorld.start(
    workflow(`on: { workflow_dispatch: { inputs: { name: {} } } }
run-name: "\${{ inputs.name }}"
concurrency: { group: one, queue: max }
jobs: { a: { runs-on: x, steps: [{ run: 'sleep 0.2' }] } }
`),
    { slots: 4 },
  );
  for (const name of ['first', 'second', 'third']) await world.dispatch({ name });
  await world.settled();
  expect(await world.runs()).toEqual(['first', 'second', 'third'].map((name) => `workflow_dispatch ${name}: success`));
});

test("a job's token opens and approves pull requests only where the repository lets it, and writes no workflow", async () => {
  await using world = await ActionsWorld.start(
    workflow(`on: { workflow_dispatch: {} }
permissions: write-all
jobs:
  a:
    runs-on: x
    steps:
      - env: { TOKEN: "\${{ github.token }}" }
        run: |
          call() { echo "$1 $(curl -s -o answer -w '%{http_code}' -H "authorization: Bearer $TOKEN" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/$2" "\${@:3}") $(grep -o '"message":"[^"]*' answer | cut -c 12-)"; }
          call open pulls -d '{"title":"v1","head":"v1","base":"main"}'
          call approve pulls/1/reviews -d '{"event":"APPROVE"}'
          call check check-runs -d '{"name":"evidence","head_sha":"'$GITHUB_SHA'"}'
          call write contents/.github/workflows/evil.yml -X PUT -d '{"message":"x","content":""}'
`),
  );
  const { rest } = world.octokit;
  await commitFile(world, 'person', 'a', '', 'By a person');
  await commitFile(world, 'v1', 'b', '', 'A variant');
  await rest.pulls.create({ ...world.at, title: 'Of a person', head: 'person', base: 'main' });
  const said = async () => {
    const run = await world.dispatch();
    await world.settled();
    return (await world.log(run)).match(/(open|approve|check|write) \d{3} .*$/gm);
  };
  expect(await said()).toEqual([
    'open 403 GitHub Actions is not permitted to create or approve pull requests.',
    'approve 422 GitHub Actions is not permitted to approve pull requests.',
    'check 201 ',
    expect.stringMatching(/^write 403 refusing to allow a GitHub App to create or update workflow/),
  ]);
  const { repositories } = world.github.hub.store;
  repositories.update(world.github.setup.repository('octo', 'agent').id, { actionsMayOpenPulls: true });
  expect((await said())?.map((line) => line.slice(0, 11).trim())).toEqual([
    'open 201',
    'approve 200',
    'check 201',
    'write 403 r',
  ]);
});
