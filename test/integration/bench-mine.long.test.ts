import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, inject, test, vi } from 'vitest';
import { openSuite } from '../../src/benchmark/kinds.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { folderOf, huxleyIn } from '../support/bench.ts';

vi.setConfig({ testTimeout: 600_000 });

const MANIFEST = JSON.stringify({ name: 'planted', type: 'module', scripts: { test: 'node --test' } });
const HEAD =
  "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport * as lib from '../lib.mjs';\n";

const MEAN = 'def mean(numbers):\n    return sum(numbers) / len(numbers)\n';

/** A repository with a commit for each reason that there is, each with what is expected of it. */
class Planted {
  readonly folder = join(folderOf({}), 'planted');
  /** Subjects with the reason for which they are dropped; null where a task is made. */
  readonly expected = new Map<string, string | null>();

  constructor() {
    mkdirSync(this.folder);
    this.git('init', '-q', '-b', 'main');
  }

  git(...args: string[]): string {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', [...who, '-C', this.folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  commit(reason: string | null, subject: string, body = ''): void {
    this.git('add', '-A');
    this.git('commit', '-q', '-m', subject, ...(body === '' ? [] : ['-m', body]));
    this.expected.set(subject, reason);
  }

  /** A commit of Python with a test of unittest’s. */
  emptyMean(): void {
    this.write('mean.py', 'def mean(numbers):\n    return sum(numbers) / len(numbers) if numbers else 0\n');
    this.write(
      'tests/test_mean.py',
      'import unittest\nfrom mean import mean\n\n\nclass Means(unittest.TestCase):\n    def test_of_nothing(self):\n        self.assertEqual(mean([]), 0)\n\n    def test_of_two(self):\n        self.assertEqual(mean([1, 3]), 2)\n',
    );
    this.git('add', 'mean.py', 'tests');
    this.git('commit', '-q', '-m', 'Give the mean of an empty list as zero', '-m', 'It divides by zero.');
    this.expected.set('Give the mean of an empty list as zero', null);
  }

  /** A commit that adds a function and a test of it. */
  both(
    reason: string | null,
    subject: string,
    [name, code, tests]: readonly [string, string, string],
    body = '',
  ): void {
    this.write('lib.mjs', `${readFileSync(join(this.folder, 'lib.mjs'), 'utf8')}${code}\n`);
    this.write(`test/${name}.test.mjs`, HEAD + tests);
    this.commit(reason, subject, body);
  }
}

const equal = (title: string, got: string, wanted: string) =>
  `test('${title}', () => assert.equal(${got}, ${wanted}));\n`;

function plant(): Planted {
  const repo = new Planted();
  repo.write('package.json', MANIFEST);
  repo.write('lib.mjs', 'export const one = () => 1;\n');
  repo.commit('first-commit', 'Begin the library of sums');
  repo.both(
    null,
    'Add a sum that skips texts',
    [
      'sum',
      "export function sumOf(list) {\n  return list.filter((each) => typeof each === 'number').reduce((a, b) => a + b, 0);\n}",
      equal('sums', 'lib.sumOf([1, 2])', '3') + equal('one stays', 'lib.one()', '1'),
    ],
    "Texts made it a text. The filter is `list.filter((each) => typeof each === 'number')`.\n\nSigned-off-by: a <a@example.com>",
  );
  repo.write('lib.mjs', `${readFileSync(join(repo.folder, 'lib.mjs'), 'utf8')}export const untested = () => 1;\n`);
  repo.commit('no-tests', 'Add a constant that nobody asks for');
  repo.write('test/more.test.mjs', HEAD + equal('one is one', 'lib.one()', '1'));
  repo.commit('no-source', 'Look at the constant again');
  repo.both('statement-empty', 'Fix bug', ['two', 'export const two = () => 2;', equal('two', 'lib.two()', '2')]);
  repo.both('statement-leaks', 'Let three() return MAGIC_THREE', [
    'three',
    'const MAGIC_THREE = 3;\nexport const three = () => MAGIC_THREE;',
    equal('three', 'lib.three()', '3'),
  ]);
  repo.write('package.json', '{"type":"module"}');
  repo.commit('no-tests', 'Take the scripts away');
  repo.both('no-runner', 'Add the number four to the library', [
    'four',
    'export const four = () => 4;',
    equal('four', 'lib.four()', '4'),
  ]);
  repo.write('package.json', MANIFEST);
  repo.write('package-lock.json', '{}');
  repo.commit('no-tests', 'Bring the scripts back with a lock file');
  repo.both('environment', 'Add the number five to the library', [
    'five',
    'export const five = () => 5;',
    equal('five', 'lib.five()', '5'),
  ]);
  rmSync(join(repo.folder, 'package-lock.json'));
  repo.commit('no-tests', 'Remove the lock file of nothing');
  repo.both('network', 'Ask another machine for the number six', [
    'six',
    "export const six = async () => (await fetch('http://six.example.com')).status;",
    "test('six', async () => assert.equal(await lib.six(), 200));\n",
  ]);
  repo.both('timeout', 'Wait for the number seven to come', [
    'seven',
    'export const seven = () => { for (;;); };',
    equal('seven', 'lib.seven()', '7'),
  ]);
  repo.both('fail-after', 'Add the number eight, or nearly', [
    'eight',
    'export const eight = () => 9;',
    equal('eight', 'lib.eight()', '8'),
  ]);
  repo.both('flaky', 'Add a number that nobody knows beforehand', [
    'dice',
    'export const dice = () => Math.random();',
    'const cast = lib.dice?.() ?? 0;\ntest(`cast ${cast}`, () => assert.ok(cast));\n',
  ]);
  repo.both('pass-before', 'Say the number nine another way', [
    'nine',
    'export const nine = () => 9;',
    equal('one again', 'lib.one()', '1'),
  ]);
  repo.both('no-canary', 'Know an empty list when there is one', [
    'empty',
    'export const isEmpty = (list) => list.length === 0;',
    "test('empty', () => assert.ok(lib.isEmpty([])));\n",
  ]);
  symlinkSync('../lib.mjs', join(repo.folder, 'link.mjs'));
  repo.both('irregular', 'Let the library have another name', ['link', '', equal('linked', 'lib.one()', '1')]);
  repo.both('too-large', 'Add every number there is up to a limit', [
    'all',
    Array.from({ length: 900 }, (_, n) => `export const n${n} = () => ${n};`).join('\n'),
    equal('all', 'lib.n7()', '7'),
  ]);
  repo.git('checkout', '-q', '-b', 'side');
  repo.both(null, 'wip', ['ten', 'export const ten = () => 10;', equal('ten', 'lib.ten()', '10')]);
  repo.expected.delete('wip');
  repo.git('checkout', '-q', 'main');
  repo.git(
    'merge',
    '-q',
    '--no-ff',
    'side',
    '-m',
    'Merge pull request #5 from a/side',
    '-m',
    'Count as far as the fingers go',
  );
  repo.expected.set('Merge pull request #5 from a/side', null);
  repo.git('checkout', '-q', '-b', 'old', 'HEAD~2');
  repo.git('commit', '-q', '--allow-empty', '-m', 'Nothing');
  repo.git('checkout', '-q', 'main');
  repo.git('merge', '-q', '-s', 'ours', 'old', '-m', "Merge branch 'old'");
  repo.expected.set("Merge branch 'old'", 'empty-merge');
  repo.write('big.bin', 'x'.repeat(1024 * 1024 + 1));
  repo.write('model.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n');
  repo.write('mean.py', MEAN);
  repo.commit('no-tests', 'Speak another language as well');
  repo.git('update-index', '--add', '--cacheinfo', `160000,${'a'.repeat(40)},submodule`);
  repo.git('commit', '-q', '-m', 'Bring a repository along');
  repo.expected.set('Bring a repository along', 'no-tests');
  repo.emptyMean();
  return repo;
}

interface Line {
  readonly subject: string;
  readonly id: string | null;
  readonly reason: string | null;
  readonly detail: string;
  readonly leftOut: readonly string[];
  readonly failToPass: number;
  readonly passToPass: number;
}

const linesOf = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('each commit becomes a task whose gates hold, or is dropped for the one reason that it was planted for', async () => {
  const repo = plant();
  const where = dirname(repo.folder);
  const command = [
    'bench',
    'mine',
    '--repo',
    repo.folder,
    '--out',
    'out',
    '--repeat',
    '2',
    '--test-seconds',
    '6',
    '--json',
    '--no-install',
  ];
  const first = await huxleyIn(where, 'http://127.0.0.1:9', command);
  expect(first.code, first.printed).toBe(0);
  const lines = linesOf(first.stdout);
  const [done, outcomes] = [lines.at(-1), lines.slice(0, -1) as Line[]];
  expect(Object.fromEntries(outcomes.map(({ subject, reason }) => [subject, reason]))).toEqual(
    Object.fromEntries(repo.expected),
  );
  expect(done).toMatchObject({ type: 'done', tasks: 3, commits: repo.expected.size, left: 0 });
  const made = new Map(outcomes.flatMap((line) => (line.id === null ? [] : [[line.subject, line] as const])));
  const fileOf = (subject: string, path: string) =>
    readFileSync(join(where, 'out', made.get(subject)!.id!, path), 'utf8');

  const sum = 'Add a sum that skips texts';
  expect(made.get(sum)).toMatchObject({ failToPass: 1, passToPass: 1, leftOut: [] });
  expect(fileOf(sum, 'instruction.md')).toBe(
    '# Add a sum that skips texts\n\nTexts made it a text.\n\nNames that do not exist yet and must be as they are here: `sumOf`.\n\nWhat counts is in these files: `lib.mjs`. Hidden tests check it.\n',
  );
  expect(fileOf(sum, 'workspace/lib.mjs')).toBe('export const one = () => 1;\n');
  expect(fileOf('Merge pull request #5 from a/side', 'instruction.md')).toMatch(/^# Count as far as the fingers go\n/);
  const sites = JSON.parse(fileOf(sum, 'falsifiable.json'));
  expect(Object.keys(sites).map((id) => id.split(' > ').at(-1))).toEqual(['sums', 'one stays']);
  const mean = 'Give the mean of an empty list as zero';
  expect(made.get(mean)).toMatchObject({ failToPass: 1, passToPass: 1 });
  expect(made.get(mean)!.leftOut).toEqual([
    'big.bin: more than a megabyte',
    'link.mjs: a symbolic link',
    'submodule: a submodule',
    'model.bin: a pointer of Git LFS',
  ]);
  for (const { id } of made.values())
    expect(
      readdirSync(join(where, 'out', id!), { recursive: true }).some((path) => /(^|\/)\.git(\/|$)/.test(String(path))),
    ).toBe(false);
  expect(outcomes.find(({ reason }) => reason === 'environment')!.detail).toContain('npm ci');
  expect(existsSync(join(where, 'out', '_mine', 'report.md'))).toBe(true);

  const again = await huxleyIn(where, 'http://127.0.0.1:9', command);
  expect(linesOf(again.stdout)).toEqual([done]);
  const other = await huxleyIn(where, 'http://127.0.0.1:9', [...command, '--repeat', '3']);
  expect([other.code, other.printed]).toEqual([1, expect.stringContaining('belongs to another session')]);
});

test('the same tasks in Harbor’s format hold their gates, of either language', async () => {
  const repo = new Planted();
  repo.write('package.json', MANIFEST);
  repo.write('lib.mjs', '');
  repo.write('mean.py', MEAN);
  repo.commit('first-commit', 'Begin the library of sums');
  repo.both(null, 'Add the number ten to the library', [
    'ten',
    'export const ten = () => 10;',
    equal('ten', 'lib.ten()', '10'),
  ]);
  repo.emptyMean();
  const command = ['bench', 'mine', '--repo', repo.folder, '--repeat', '1', '--json', '--no-install'];
  const { code, printed, stdout, read } = await huxleyIn(dirname(repo.folder), 'http://127.0.0.1:9', [
    ...command,
    ...['--out', 'out', '--format', 'harbor'],
  ]);
  expect(code, printed).toBe(0);
  const lines = linesOf(stdout).slice(0, -1) as Line[];
  expect(lines.map(({ subject, reason }) => [subject, reason])).toEqual([...repo.expected].toReversed());
  expect(read(`${lines[0]!.id}/instruction.md`)).toContain('The repository lies in `/app`.');
  expect(read(`${lines[0]!.id}/environment/repository/mean.py`)).toBe(MEAN);

  const id = lines[0]!.id!;
  const out = join(dirname(repo.folder), 'out');
  mkdirSync(join(out, id, 'tests/files/other'));
  writeFileSync(join(out, id, 'tests/files/other/__init__.py'), '');
  const sandbox = dockerSandbox({ socket: inject('engineSocket') });
  const suite = await openSuite(`harbor:${out}`, { image: async (name) => name, sandbox: async () => sandbox });
  const { image } = await suite.systems!.open(id);
  const verdictOf = async (script: string) => {
    await using container = await sandbox.createSystem({
      ...{ image, purpose: 'agent', mounts: [], memoryMB: 512, cpus: 1, pids: 128, diskMB: 256 },
    });
    await container.exec({
      ...{ command: ['bash', '-c', script], cwd: '/app', timeoutSeconds: 60, maxOutputBytes: 10_000 },
    });
    const changes = await container.take({ maxBytes: 512 * 1024 ** 2, maxEntries: 50_000 });
    return (await suite.systems!.grade(id, changes, sandbox)).verdict;
  };
  const mend = `sed -i 's/$/ if numbers else 0/; 1s/ if.*//' mean.py`;
  const linked = 'mkdir other; ln -s /tests/expected.txt other/__init__.py; mv tests kept; ln -s kept tests';
  const tried = await Promise.all([
    verdictOf(linked),
    verdictOf(`${mend}; ${linked}`),
    verdictOf(`${mend}; echo "open('/tests/expected.txt')" >> mean.py`),
  ]);
  expect(tried).toEqual(['unresolved', 'resolved', 'unresolved']);
});

test('tests run in the image that the repository’s Dockerfile makes, with what it installs', async () => {
  const repo = new Planted();
  repo.write('package.json', MANIFEST);
  repo.write('lib.mjs', "import { three } from 'three';\n");
  const install = `mkdir -p node_modules/three && echo '{"type":"module"}' > node_modules/three/package.json && echo 'export const three = 3;' > node_modules/three/index.js`;
  repo.write('Dockerfile', `FROM ${inject('sandboxImage')}\nWORKDIR /app\nRUN ${install}\n`);
  repo.commit('first-commit', 'Begin the library of sums');
  repo.both(null, 'Add twice three to the library', [
    'six',
    'export const six = () => 2 * three;',
    equal('six', 'lib.six()', '6'),
  ]);
  const { code, printed, stdout, read } = await huxleyIn(dirname(repo.folder), 'http://127.0.0.1:9', [
    ...['bench', 'mine', '--repo', repo.folder, '--out', 'out', '--repeat', '1', '--json', '--no-install'],
    ...['--image', './Dockerfile', '--images', 'huxley/test-mined'],
  ]);
  expect(code, printed).toBe(0);
  const lines = linesOf(stdout).slice(0, -1) as Line[];
  expect(lines.map(({ subject, reason }) => [subject, reason])).toEqual([...repo.expected].toReversed());
  expect(read(`${lines[0]!.id}/task.yml`)).toContain('image: huxley/test-mined:');
});
