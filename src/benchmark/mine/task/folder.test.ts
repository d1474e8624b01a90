import { expect, test } from 'vitest';
import { taskFileSchema } from '../../directory/schema.ts';
import { MOST_SOLUTION_FILES } from '../history/choose.ts';
import { withReport } from '../tests/runner.ts';
import { installationOf } from './environment.ts';
import { filesOf, folderTask, refusedBySchema, solutionPaths } from './folder.ts';

const file = (path: string, text = '') => ({ path, content: Buffer.from(text), executable: false });
const paths = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path);

test('an answer may change what the fix does and what is near it, twenty files at most', () => {
  const far = Array.from({ length: 30 }, (_, n) => file(`a/${n}.js`));
  const parent = [...far, file('lib/a.js'), file('lib/b.js'), file('test/a.test.js'), file('package.json')];
  expect(solutionPaths([file('lib/b.js'), file('README.md')], [file('lib/new.js')])).toEqual([
    'lib/b.js',
    'lib/new.js',
  ]);
  const many = solutionPaths(parent, [file('lib/a.js')]);
  expect(many).toHaveLength(MOST_SOLUTION_FILES);
  expect(many).toEqual(expect.arrayContaining(['lib/a.js', 'lib/b.js']));
});

const OPTIONS = { image: null, installed: null, seconds: 30 };
const snapshotOf = (parent: ReturnType<typeof file>[]) => ({
  parent,
  solution: [file('lib/a.js', 'fixed')],
  tests: [file('tests/a.test.js', 'test')],
  versions: { source: [], tests: [] },
  names: new Set<string>(),
  leftOut: [],
});

test('a repository that uses the folder of the hidden tests lies in one of its own', async () => {
  const command = withReport('jest {files}')!;
  const run = ["tests/a'b.test.js"];
  const plain = await folderTask(snapshotOf([file('lib/a.js')]), command, run, OPTIONS);
  expect([plain.root, paths(plain.workspace)]).toEqual(['', ['lib/a.js']]);
  const own = await folderTask(snapshotOf([file('lib/a.js'), file('tests/a.test.js')]), command, run, OPTIONS);
  expect([own.root, paths(own.workspace), paths(own.solution)]).toEqual([
    'repo',
    ['repo/lib/a.js', 'repo/tests/a.test.js'],
    ['repo/lib/a.js'],
  ]);
  expect(paths(own.tests)).toEqual(['tests/a.test.js', '.huxley-to-tap.mjs']);
  expect(own.file.command).toContain(`jest 'tests/a'\\''b.test.js' --json`);
  expect([refusedBySchema(own), taskFileSchema.parse(own.file).isolate]).toEqual([null, false]);
  expect(paths(filesOf(own, 'x', { expected: ['a'], sites: {} }))).toContain('tests/tests/a.test.js');
});

const manifest = (value: object) => file('package.json', JSON.stringify(value));
const commandsOf = (files: ReturnType<typeof file>[], python = false) =>
  installationOf(files, { python, date: '2024-08-19' })?.commands;

test('dependencies come by the lock file, or are those of the time', () => {
  const dev = manifest({ version: '1.0.0', devDependencies: { ava: '6' } });
  expect(commandsOf([dev, file('package-lock.json')])).toEqual(['npm ci --ignore-scripts --no-audit --no-fund']);
  expect(commandsOf([dev, file('pnpm-lock.yaml')])![0]).toContain('pnpm');
  expect(commandsOf([dev])!.map((one) => /--before=(\S+)/.exec(one)![1])).toEqual([
    '2024-07-01',
    '2024-08-19',
    '2024-08-19',
  ]);
  expect(commandsOf([manifest({ devDependencies: {} })])).toBe(undefined);
  expect(commandsOf([])).toBe(undefined);
  // The same image for the next version.
  const inputs = (version: string) =>
    installationOf([manifest({ version, scripts: {}, dependencies: { a: '1' } })], {
      python: false,
      date: '2024-08-19',
    })!.inputs;
  expect(inputs('1.0.0')).toEqual(inputs('2.0.0'));
});

test('Python’s come from requirements and the project’s own lists, as words that a shell leaves alone', () => {
  const project = `[project]\ndependencies = ["attrs>=20", "it's"]\n[project.optional-dependencies]\ntest = ["hypothesis"]\ndocs = ["sphinx"]\n[dependency-groups]\ndev = ["pytest-x", {include-group = "y"}]\n`;
  const [command] = commandsOf(
    [file('requirements-dev.txt'), file('requirements-docs.txt'), file('pyproject.toml', project)],
    true,
  )!;
  expect(command).toContain(
    `--target=python_modules '-r' 'requirements-dev.txt' 'attrs>=20' 'it'\\''s' 'hypothesis' 'pytest-x'`,
  );
  expect(commandsOf([file('pyproject.toml', 'not toml =')], true)).toBe(undefined);
});

test('a command of one’s own is all there is', () => {
  expect(installationOf([manifest({})], { python: false, own: 'make deps', date: '' })!.commands).toEqual([
    'make deps',
  ]);
});
