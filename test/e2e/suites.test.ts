import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { suiteLockText } from '../../src/benchmark/suite-lock.ts';
import { rowsOf } from '../../src/benchmark/swebench/instance/sources.ts';
import { sweBenchSuite } from '../../src/benchmark/swebench/suite.ts';
import { projectPath } from '../../src/environment/project.ts';
import { protectedPaths } from '../../src/order/settle.ts';
import { jobRecordSchema } from '../../src/run/state/job-record.ts';
import { until, World } from '../support/world.ts';

// The App starts runs on suites that it does not have: it knows them by a lock or by what lies in the repository.

let world: World;
const digest = `sha256:${'5'.repeat(64)}`;
const lock = {
  version: 1 as const,
  suite: 'polyglot',
  digest,
  tasks: ['python-one', 'python-two', 'go-one', 'go-two'],
  source: {
    repository: 'https://github.com/Aider-AI/polyglot-benchmark',
    commit: '7e0611e77b54e2dea774cdc0aa00cf9f7ed6144f',
  },
};

beforeAll(async () => {
  world = await World.start({
    seconds: 1,
    tasks: 2,
    configuration: 'benchmark: { suite: polyglot, holdout: 0.5 }\nsearch: { policy: hgm, budget: 1 }\n',
  });
  await world.startApp();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const put = (path: string, text: string | null) => world.put(path, text);
const configure = (suite: string) =>
  put(
    '.github/huxley.yml',
    `version: 1\nagent: { solve: node agent.ts }\nbenchmark: { suite: ${suite}, holdout: 0.5 }\nsearch: { policy: hgm, budget: 1 }\n${world.keyLine}`,
  );
const ask = async () => {
  const issue = await world.issue();
  return { run: `r${issue}`, reply: await world.reply(issue, await world.comment(issue, '/huxley run seed=1')) };
};
/** The suite that a run's first order names. */
const ordered = (run: string) =>
  until(async () => {
    const records = await world.withStore((store) => store.readDocuments({ repository: 'octo/agent', run }, 'job/'));
    const [record] = [...records.values()].map((value) => jobRecordSchema.parse(value));
    return record?.order;
  }, 'an order');

test('an automatic merge is refused where too few tasks are held out to prove anything', async () => {
  await put('.github/huxley-suite.json', suiteLockText(lock));
  const issue = await world.issue();
  expect(await world.reply(issue, await world.comment(issue, '/huxley run merge=auto'))).toContain(
    '`merge: auto` needs at least 6 held-out tasks, and there are 2.',
  );
  await put('.github/huxley-suite.json', null);
});

test('without a lock, with another suite’s, or with a damaged one, a run is refused with the remedy', async () => {
  expect((await ask()).reply).toMatchInlineSnapshot(`
    "\`/huxley run seed=1\` was not carried out: .github/huxley-suite.json is missing, which names the tasks of \`polyglot\`.

    Make it with \`npm run -s huxley -- bench lock polyglot --path CHECKOUT > .github/huxley-suite.json\` and commit it (docs/suites.md).

    <!-- huxley:reply v=1 to=3 -->"
  `);
  await put('.github/huxley-suite.json', suiteLockText({ ...lock, suite: 'swe-bench/verified' }));
  expect((await ask()).reply).toContain('is for `swe-bench/verified`, not for `polyglot`');
  await put('.github/huxley-suite.json', suiteLockText(lock).replace(digest, 'latest'));
  expect((await ask()).reply).toContain('.github/huxley-suite.json cannot be used: digest must be a sha256 digest');
});

test('with its lock, polyglot is a suite like any other: orders name it with the digest workers must find', async () => {
  await put('.github/huxley-suite.json', suiteLockText(lock));
  const { run, reply } = await ask();
  expect(reply).toContain('2 search tasks, 2 held-out tasks');
  const order = await ordered(run);
  expect(order.suite).toBe(digest);
  expect(lock.tasks).toEqual(expect.arrayContaining(order.tasks));
  const archive = await world.ended(run);
  expect([...archive.settings.tasks, ...archive.settings.heldOut].sort()).toEqual([...lock.tasks].sort());
});

test('so is a published SWE-bench data set', async () => {
  const { source: _, ...bare } = lock;
  await put(
    '.github/huxley-suite.json',
    suiteLockText({ ...bare, suite: 'swe-bench/verified', tasks: ['a__b-1', 'a__b-2'] }),
  );
  await configure('swe-bench/verified');
  const { run } = await ask();
  expect((await ordered(run)).suite).toBe(digest);
  await world.ended(run);
});

test('SWE-bench rows in the repository need no lock; neither the file nor a folder may be touched by a variant', async () => {
  const text = (name: string) =>
    readFileSync(projectPath('test/fixtures/swebench/task-repo/tasks/acme__calc-1', name), 'utf8');
  const row = {
    repo: 'acme/calc',
    base_commit: '0123456789abcdef0123456789abcdef01234567',
    image: 'acme',
    log_parser: 'parse_log_pytest',
    patch: text('gold.patch'),
    test_patch: text('test.patch'),
    eval_script: text('eval.sh'),
    problem_statement: text('problem_statement.md'),
    ...JSON.parse(text('tests.json')),
  };
  const rows = ['x__y-1', 'x__y-2'].map((instance_id) => `${JSON.stringify({ ...row, instance_id })}\n`).join('');
  await put('bench/rows.jsonl', rows);
  await configure('bench/rows.jsonl');
  const { run } = await ask();
  const order = await ordered(run);
  const never = async () => Promise.reject(new Error('no image is opened'));
  expect(order.suite).toBe(sweBenchSuite('x', await rowsOf('x.jsonl', rows), never).digest);
  expect(protectedPaths('bench/rows.jsonl', [])).toContain('bench/rows.jsonl');
  await world.ended(run);

  await put('bench/rows.jsonl', `${rows}{"instance_id":"x__y-3"}\n`);
  expect((await ask()).reply).toMatch(/bench\/rows\.jsonl:3: repo: /);
  await put('repo/tasks/x__y-1/task.yaml', 'instance_id: x__y-1\n');
  await put('repo/tasks/x__y-2/task.yaml', 'instance_id: x__y-2\n');
  await configure('repo');
  const folder = await ask();
  expect(folder.reply).toContain('1 search tasks, 1 held-out tasks');
  expect((await ordered(folder.run)).suite).toMatch(/^git:[0-9a-f]{64}$/);
  await world.ended(folder.run);
});
