import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Archive, cellOutcome } from '../../src/archive/archive.ts';
import { jobRecordSchema } from '../../src/run/state/job-record.ts';
import { until, World } from '../support/world.ts';

// One repository for each way a default branch can move while a run is going on, all of them at once.
const NAMES = ['moves', 'conflicts', 'tasks', 'workflow', 'rewound', 'astray'] as const;
type Name = (typeof NAMES)[number];
const PATH = '.github/workflows/huxley.yml';
let world: World;

beforeAll(async () => {
  world = await World.start({
    repositories: NAMES,
    skill: 0.1,
    luck: 1.6,
    seconds: 1,
    tasks: 24,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: greedy, budget: 6, concurrency: 1, batch: 12 }
merge: { mode: auto }
`,
    actions: { slots: 4 },
  });
  await world.startApp();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const git = (repo: Name, ...args: string[]) => world.git(args, repo);
const start = async (repo: Name, seed = 1) => {
  const issue = await world.issue('Improve', repo);
  await world.reply(issue, await world.comment(issue, `/huxley run seed=${seed}`, 'owner', repo), repo);
  return issue;
};
/** Puts a file on the default branch, as a person; `null` removes it. */
const push = (repo: Name, path: string, text: string | null) => world.put(path, text, { repo });
const entries = (repo: Name) => world.entries('r1', `octo/${repo}`);
const repeats = async (repo: Name) =>
  (await entries(repo)).flatMap(({ event }) => (event.type === 'heldout.repeated' ? [event] : []));
/** What the stand-in worker finds: a fixed function of tree and task. */
const resolves = (tree: string, task: string, skill: number) =>
  createHash('sha256').update(`${tree}\0${task}`).digest().readUInt32BE() / 2 ** 32 < skill;
const measuredOn = (archive: Archive, variant: `v${number}`, tree: string, skill: number) =>
  archive.settings.heldOut.every(
    (task, i) =>
      (cellOutcome(archive.heldOut.get(variant)?.[0]?.codes[i]) === 'resolved') === resolves(tree, task, skill),
  );

test('what was measured is what merges: base and merge result are compared again, each time the branch moves', async () => {
  await start('moves');
  await push('moves', 'README.md', 'An agent, explained.\n');
  const [first] = await until(
    async () => ((await repeats('moves')).length > 0 ? await repeats('moves') : undefined),
    'the repeated comparison',
    240,
  );
  await push('moves', 'NOTES.md', 'Notes.\n');
  const archive = await world.ended('r1', 'octo/moves');
  const all = await repeats('moves');
  expect(all.length).toBe(2);
  expect(all[0]).toEqual(first);
  const { base, merged, variant } = all[1]!;
  expect(archive).toMatchObject({ comparison: { base, merged }, ignored: [] });
  // What was measured are these two trees, and not the root's or the variant's.
  const skillOf = (commit: string) => JSON.parse(git('moves', 'show', `${commit}:skill.json`)).skill as number;
  expect(measuredOn(archive, 'v0', base.tree, skillOf(base.sha))).toBe(true);
  expect(measuredOn(archive, variant, merged.tree, skillOf(merged.sha))).toBe(true);
  expect(measuredOn(archive, 'v0', archive.settings.root.tree, 0.1)).toBe(false);
  expect(git('moves', 'show', `${merged.sha}:README.md`)).toBe('An agent, explained.');
  expect(git('moves', 'log', '-1', '--format=%B', merged.sha)).toMatch(/\n\n\nHuxley-Run: r1\n.*\nskip-checks: true$/);

  expect(archive.outcome).toMatchObject({ outcome: 'merged', shipped: variant });
  expect(archive.outcome!.reason).toMatch(/^main had moved, so both were measured again: /);
  expect(git('moves', 'rev-parse', 'main^{tree}')).toBe(merged.tree);
  expect(git('moves', 'rev-parse', 'main^1')).toBe(base.sha);
  expect(git('moves', 'log', '-1', '--format=%B', 'main^2')).not.toContain('skip-checks');
  expect(git('moves', 'for-each-ref', '--format=%(refname)', 'refs/heads/huxley')).not.toContain('-with-');
});

test('a variant that conflicts with the branch as it is now is left to a person', async () => {
  await start('conflicts');
  await push('conflicts', 'skill.json', '{"skill":0.11,"luck":1.6,"seconds":1}\n');
  const archive = await world.ended('r1', 'octo/conflicts');
  expect(archive.outcome).toMatchObject({ outcome: 'offered' });
  expect(archive.outcome!.reason).toMatch(/^main has moved since v\d+ was compared with it\. v\d+ conflicts with main/);
  expect(await repeats('conflicts')).toEqual([]);
  expect(git('conflicts', 'rev-list', '--merges', '--count', 'main')).toBe('0');
  expect(git('conflicts', 'for-each-ref', '--format=%(refname)', 'refs/heads/huxley')).not.toContain('-with-');
});

test('a branch with other tasks cannot be compared with, and that is said', async () => {
  await start('tasks');
  await push('tasks', 'tasks/t99/task.yml', 'language: shell\n');
  const archive = await world.ended('r1', 'octo/tasks');
  expect(archive.outcome).toMatchObject({ outcome: 'offered' });
  expect(archive.outcome!.reason).toContain('main has other tasks than the run started with');
});

test('a pull request that a person merged into its parent has not reached the default branch', async () => {
  const before = git('astray', 'rev-parse', 'main');
  await start('astray');
  const opened = await until(
    async () => (await world.archive('r1', 'octo/astray'))?.opened ?? undefined,
    'the comparison',
    120,
  );
  const at = { owner: 'octo', repo: 'astray' };
  const head = `octo:huxley/r1/${opened}`;
  const pull = await until(async () => (await world.people.owner.rest.pulls.list({ ...at, head })).data[0], 'its pull');
  await world.people.owner.graphql(
    'mutation ($pull: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $pull }) { pullRequest { isDraft } } }',
    { pull: pull.node_id },
  );
  await world.people.owner.rest.pulls.merge({ ...at, pull_number: pull.number });
  const archive = await world.ended('r1', 'octo/astray');
  expect(archive.outcome).toMatchObject({
    outcome: 'failed',
    reason: `Pull request #${pull.number} was merged into ${pull.base.ref}, not into main: ${opened} is not promoted.`,
  });
  expect(archive.promoted).toBe(null);
  expect(git('astray', 'rev-parse', 'main')).toBe(before);
});

test('a workflow that is gone is said and waited for; one that has changed is used, and that is said', async () => {
  const issue = await start('workflow');
  const text = git('workflow', 'show', `main:${PATH}`);
  await push('workflow', PATH, null);
  await until(
    async () =>
      (await world.dashboard(issue, 'workflow')).includes('Jobs cannot be started: GitHub cannot run ')
        ? true
        : undefined,
    'the dashboard to say so',
    120,
  );
  const changed = await push('workflow', PATH, `# Looked at.\n${text}\n`);
  const archive = await world.ended('r1', 'octo/workflow');
  const said = await world.dashboard(issue, 'workflow');
  expect(said).toContain('was changed during the run');
  expect(said).not.toContain('Jobs cannot be started');
  expect(archive.outcome).toMatchObject({ outcome: 'merged' });
  expect((await repeats('workflow')).map(({ base }) => base.sha)).toEqual([changed]);
});

test('a workflow run on a commit that is no longer on the branch is no evidence', async () => {
  const before = git('rewound', 'rev-parse', 'main');
  await world.comment(await world.issue('Improve', 'rewound'), '/huxley run seed=1', 'owner', 'rewound');
  const moved = await until(async () => {
    if ((await entries('rewound')).length === 0) return undefined;
    return push('rewound', PATH, `# Not looked at.\n${git('rewound', 'show', `main:${PATH}`)}\n`);
  }, 'the run to start');
  const records = async () =>
    [
      ...(
        await world.withStore((store) => store.readDocuments({ repository: 'octo/rewound', run: 'r1' }, 'job/'))
      ).values(),
    ].map((value) => jobRecordSchema.parse(value));
  const ran = async (id: number) =>
    (await world.people.owner.rest.actions.getWorkflowRun({ owner: 'octo', repo: 'rewound', run_id: id })).data;
  const job = await until(
    async () => {
      for (const record of await records())
        if (record.state === 'running' && (await ran(record.workflowRun)).head_sha === moved) return record.order.jobId;
      return undefined;
    },
    'a job on the commit that will be gone',
    120,
  );
  await world.people.owner.rest.git.updateRef({
    owner: 'octo',
    repo: 'rewound',
    ref: 'heads/main',
    sha: before,
    force: true,
  });
  await until(
    async () => (await records()).find(({ order, attempt }) => order.jobId === job && attempt > 1),
    'another attempt',
    120,
  );
  const archive = await world.ended('r1', 'octo/rewound');
  expect(archive.outcome?.outcome).toMatch(/merged|nothing/);
  expect((await entries('rewound')).filter(({ event }) => event.type === 'evaluation.noResult')).toEqual([]);
});
