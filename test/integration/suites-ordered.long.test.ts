import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openOrderedSuite } from '../../action/src/open-suite.ts';
import { KATA_FOLDER } from '../../src/benchmark/kata/folder.ts';
import { kindOf, openSuite } from '../../src/benchmark/kinds.ts';
import { suiteLockText } from '../../src/benchmark/suite-lock.ts';
import { digestTree } from '../../src/benchmark/tree-digest.ts';
import type { EvaluateOrder, Result } from '../../src/contract/contract.ts';
import { projectPath } from '../../src/environment/project.ts';
import { runJob } from '../../src/job/run-job.ts';
import { listTree } from '../../src/job/tree/git-tree.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { ACME, openAcme } from '../support/acme.ts';
import { type FakeEndpoint, fakeEndpoint } from '../support/endpoint.ts';
import { type Commit, commitOf, evaluateOrder, machineWith } from '../support/job.ts';

// A worker opens the suites that the App knows by name and digest alone: miniatures of each, fetched, solved and graded for real.

const temp = mkdtempSync(join(tmpdir(), 'huxley-ordered-'));
const sandbox = dockerSandbox({ socket: inject('engineSocket') });
const home = process.env.HUXLEY_HOME;
let endpoint: FakeEndpoint;

beforeAll(async () => {
  process.env.HUXLEY_HOME = join(temp, 'home');
  endpoint = await fakeEndpoint((_, response) => void response.writeHead(500).end());
});
afterAll(async () => {
  await endpoint[Symbol.asyncDispose]();
  if (home === undefined) delete process.env.HUXLEY_HOME;
  else process.env.HUXLEY_HOME = home;
  rmSync(temp, { recursive: true, force: true });
});

/** An agent that writes what it knows into files it finds in its workspace, and asks no model. */
const agent = (answers: Readonly<Record<string, string>>) => `
import { existsSync, writeFileSync } from 'node:fs';
for (const [path, text] of Object.entries(${JSON.stringify(answers)}))
  if (existsSync(process.env.HUXLEY_WORKSPACE + '/' + path)) writeFileSync(process.env.HUXLEY_WORKSPACE + '/' + path, text);
`;

function carryOut(
  commit: Commit,
  suite: EvaluateOrder['suite'],
  tasks: readonly string[],
  image: (name: string) => Promise<string> = async () => inject('sandboxImage'),
): Promise<Result> {
  const order = evaluateOrder(commit, tasks, { suite });
  const signal = new AbortController().signal;
  return runJob(
    order,
    machineWith(commit, undefined as never, endpoint, {
      openSuite: () =>
        openOrderedSuite(order, commit.repository, temp, { image, sandbox: async () => sandbox }, signal),
    }),
  );
}
const verdicts = (result: Result) =>
  result.kind === 'evaluate' ? Object.fromEntries(result.perTask.map(({ task, verdict }) => [task, verdict])) : {};

const exercise = (name: string, right: string) => {
  const folder = `python/exercises/practice/${name}`;
  return {
    [`${folder}/.docs/instructions.md`]: `# ${name}\n\nReturn the sum.\n`,
    [`${folder}/.meta/config.json`]: JSON.stringify({
      files: { solution: [`${name}.py`], test: [`${name}_test.py`], example: ['.meta/example.py'] },
    }),
    [`${folder}/.meta/example.py`]: right,
    [`${folder}/${name}.py`]: 'def total(values):\n    pass\n',
    [`${folder}/${name}_test.py`]: `import unittest\nfrom ${name} import total\n\nclass Test(unittest.TestCase):\n    def test_total(self):\n        self.assertEqual(total([1, 2]), 3)\n`,
  };
};

test('polyglot: fetched from the commit its lock names, graded in a container; another digest is refused', async () => {
  const right = 'def total(values):\n    return sum(values)\n';
  const checkout = await commitOf({ ...exercise('one', right), ...exercise('two', right) });
  const { digest } = await openSuite('polyglot', { path: checkout.repository, image: async (name) => name });
  const lock = suiteLockText({
    version: 1,
    suite: 'polyglot',
    digest,
    tasks: ['python-one', 'python-two'],
    source: { repository: `file://${checkout.repository}`, commit: checkout.sha },
  });
  execFileSync('git', ['remote', 'add', 'origin', `file://${checkout.repository}`], { cwd: checkout.repository });
  const command = ['src/main.ts', 'bench', 'lock', 'polyglot', '--path', checkout.repository];
  const locked = execFileSync(process.execPath, command, { cwd: projectPath(), encoding: 'utf8' });
  expect(locked).toBe(lock);
  execFileSync('git', ['remote', 'set-url', 'origin', 'https://me:hidden@example.com/polyglot.git'], {
    cwd: checkout.repository,
  });
  const shared = execFileSync(process.execPath, command, { cwd: projectPath(), encoding: 'utf8' });
  expect(JSON.parse(shared).source.repository).toBe('https://example.com/polyglot.git');
  const files = { 'agent.mjs': agent({ 'one.py': right }), '.github/huxley-suite.json': locked };
  const commit = await commitOf(files);
  const result = await carryOut(commit, { name: 'polyglot', digest }, ['python-one', 'python-two']);
  expect(result.error).toBeNull();
  expect(verdicts(result)).toEqual({ 'python-one': 'resolved', 'python-two': 'unresolved' });

  const other = await carryOut(commit, { name: 'polyglot', digest: `sha256:${'0'.repeat(64)}` }, ['python-one']);
  expect(other.error).toMatchObject({ code: 'job.suite', message: expect.stringContaining('but the run began with') });
  const unlocked = await carryOut(await commitOf({ 'agent.mjs': '' }), { name: 'polyglot', digest }, ['python-one']);
  expect(unlocked.error).toMatchObject({
    code: 'suite.lock',
    message: expect.stringContaining('huxley -- bench lock'),
  });
});

test('SWE-bench rows in a file of the repository: solved and graded in the image of the row', async () => {
  using acme = await openAcme(sandbox);
  const built = acme.suite.list()[0]!.image!;
  const task = join(acme.repository, 'tasks', ACME);
  const text = (name: string) => readFileSync(join(task, name), 'utf8');
  const row = {
    instance_id: 'acme__calc-1',
    repo: 'acme/calc',
    version: '1.0',
    base_commit: '0123456789abcdef0123456789abcdef01234567',
    image: built,
    log_parser: 'parse_log_pytest',
    patch: text('gold.patch'),
    test_patch: text('test.patch'),
    eval_script: text('eval.sh'),
    problem_statement: text('problem_statement.md'),
    ...JSON.parse(text('tests.json')),
  };
  const rows = [row, { ...row, instance_id: 'acme__calc-2' }].map((each) => `${JSON.stringify(each)}\n`).join('');
  const right = text('testbed/calc.py').replace(
    'return total(values) // len(values)',
    'return total(values) / len(values) if values else None',
  );
  const commit = await commitOf({ 'agent.mjs': agent({ 'calc.py': right }), 'bench/rows.jsonl': rows });
  const wanted: string[] = [];
  const image = async (name: string) => {
    wanted.push(name);
    return name === 'sandbox' ? inject('sandboxImage') : name;
  };
  const suite = await openSuite('bench/rows.jsonl', { root: commit.repository, image, sandbox: async () => sandbox });
  const order = { name: suite.name, digest: suite.digest };
  const result = await carryOut(commit, order, ['acme__calc-1'], image);
  expect(result.error).toBeNull();
  expect(verdicts(result)).toEqual({ 'acme__calc-1': 'resolved' });
  expect(wanted).toContain(built);

  const idle = await commitOf({ 'agent.mjs': '', 'bench/rows.jsonl': rows });
  expect(verdicts(await carryOut(idle, order, ['acme__calc-1'], image))).toEqual({ 'acme__calc-1': 'unresolved' });
  const changed = await commitOf({ 'agent.mjs': '', 'bench/rows.jsonl': rows.replace('1.0', '1.1') });
  expect((await carryOut(changed, order, ['acme__calc-1'], image)).error?.code).toBe('job.suite');
});

test('tasks in Harbor’s format: what the App knows of them, and what a job makes of an agent that is root', async () => {
  const from = projectPath('test/fixtures/harbor');
  const files = ['cheat-sum', 'fraction-words'].flatMap((task) =>
    readdirSync(join(from, task), { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(from, task, path)).isFile())
      .map((path) => [`bench/${task}/${path}`, readFileSync(join(from, task, path), 'utf8')]),
  );
  const based = files.map(([path, text]) => [path, text!.replace('huxley/sandbox', inject('sandboxImage'))]);
  const words = `import { existsSync, writeFileSync } from 'node:fs';
if (existsSync('/app/words.txt')) writeFileSync('/app/plurals.txt', 'cats\\nboxes\\n');
else writeFileSync('/app/sum.txt', existsSync('bench') ? 'the tasks are in sight' : '5050\\n');
`;
  const commit = await commitOf({ 'agent.mjs': words, ...Object.fromEntries(based) });
  const repository = { read: async () => null, list: () => listTree(commit.repository, 'HEAD') };
  const { tasks, digest } = await kindOf('harbor:bench').facts('harbor:bench', repository);
  expect(tasks).toEqual(['cheat-sum', 'fraction-words']);
  const result = await carryOut(commit, { name: 'harbor:bench', digest }, tasks);
  expect(result.error).toBeNull();
  expect(result).toMatchObject({
    perTask: [
      { task: 'cheat-sum', verdict: 'resolved' },
      { task: 'fraction-words', verdict: 'unresolved', score: 0.5 },
    ],
  });
  expect(kindOf('harbor:bench').protects('harbor:bench')).toEqual(['bench/**']);
  await expect(kindOf('harbor:none').facts('harbor:none', repository)).rejects.toThrow(
    '`none/` is neither a folder on the default branch nor a suite.',
  );
});

test('a folder of tasks is known by its files in git, and refused once they have changed', async () => {
  const kata = join(KATA_FOLDER, 'clamp-range');
  const commit = await commitOf({ 'agent.mjs': '', 'tasks/.keep': '' });
  cpSync(kata, join(commit.repository, 'tasks', 'clamp-range'), { recursive: true });
  const save = (message: string) => {
    const git = ['-c', 'user.name=T', '-c', 'user.email=t@example.com'];
    execFileSync('git', [...git, 'add', '-A', '-f'], { cwd: commit.repository });
    execFileSync('git', [...git, 'commit', '-q', '-m', message], { cwd: commit.repository });
  };
  save('Tasks');
  const digest = digestTree(
    (await listTree(commit.repository, 'HEAD')).filter(({ path }) => path.startsWith('tasks/')),
  );
  const result = await carryOut(commit, { name: 'tasks', digest }, ['clamp-range']);
  expect(result.error).toBeNull();
  expect(verdicts(result)).toEqual({ 'clamp-range': 'unresolved' });
  const statement = join(commit.repository, 'tasks', 'clamp-range', 'instruction.md');
  mkdirSync(dirname(statement), { recursive: true });
  writeFileSync(statement, 'Something else.\n');
  save('Change a task');
  expect((await carryOut(commit, { name: 'tasks', digest }, ['clamp-range'])).error?.code).toBe('job.suite');
});
