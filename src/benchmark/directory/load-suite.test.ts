import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestTasks } from './digest.ts';
import { loadSuiteFolder } from './load-suite.ts';
import { needsCanary, planOf } from './plan.ts';
import { openDirectory } from './suite.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'huxley-suite-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, string | Buffer>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const GOOD = {
  'task.yml': 'language: python\nsolution: [a.py]\nrunner: pytest\n',
  'instruction.md': 'Write `a`.\n',
  'workspace/a.py': 'a = 1\n',
  'tests/test_a.py': 'from a import a\n',
  'solution/a.py': 'a = 2\n',
};

const COMMAND = 'language: go\nsolution: [a.py]\nrunner: command\ncommand: [go, test]\nresults: { format: tap }\n';

const SCORE =
  'language: c++\nsolution: [a.py]\nrunner: score\ncommand: tests/score\nscore: { worst: 9, best: 1, pass: 0.9 }\n';

function good(id: string, changes: Record<string, string | Buffer | null> = {}): void {
  const files = Object.entries({ ...GOOD, ...changes }).filter((entry): entry is [string, string] => entry[1] !== null);
  write(Object.fromEntries(files.map(([path, content]) => [`${id}/${path}`, content])));
}

/** Problems as people read them, the temporary folder left out. */
async function problems(): Promise<string[]> {
  const loaded = await loadSuiteFolder(folder);
  return loaded.problems.map(({ message }) => message.replaceAll(`${folder}/`, ''));
}

test('a good task is read whole, with defaults', async () => {
  good('one', { 'expected.txt': 'test_a.py::x\n', 'draft/a.py': 'a = 3\n' });
  const { tasks, problems } = await loadSuiteFolder(folder);
  expect(problems).toEqual([]);
  expect(tasks).toHaveLength(1);
  expect(tasks[0]).toMatchObject({ id: 'one', instruction: 'Write `a`.\n', expected: ['test_a.py::x'] });
  expect(tasks[0]!.file).toEqual({
    language: 'python',
    solution: ['a.py'],
    runner: 'pytest',
    isolate: true,
    testSeconds: 20,
    difficulty: 'medium',
  });
  expect(tasks[0]!.rehearsal).toEqual({ needs: [], neighbours: [] });
  expect(tasks[0]!.draft.map(({ path }) => path)).toEqual(['a.py']);
});

test('a command is a shell line or an argument vector, of any language, never apart, and has a canary', async () => {
  good('line', { 'task.yml': COMMAND.replace('[go, test]', 'go test | tee x') });
  good('vector', { 'task.yml': COMMAND.replace('format: tap', 'format: junit, file: out/report.xml') });
  const { tasks, problems } = await loadSuiteFolder(folder);
  expect(problems).toEqual([]);
  expect(tasks.map(({ file }) => [file.command, file.results, file.isolate, file.language])).toEqual([
    ['go test | tee x', { format: 'tap' }, false, 'go'],
    [['go', 'test'], { format: 'junit', file: 'out/report.xml' }, false, 'go'],
  ]);
  expect(tasks.map(needsCanary)).toEqual([true, true]);
  write({ 'line/expected.txt': 'TestA\n', 'vector/expected.txt': 'TestA\n', 'vector/canary/a': 'x' });
  const suite = await openDirectory('x', folder, 'image', async () => undefined);
  expect(suite.list().map(({ id }) => id)).toEqual(['vector']);
  expect(suite.problems.map(({ message }) => message)).toEqual([
    `${folder}/line/falsifiable.json: it does not say where its tests can be made false`,
  ]);
});

test('a score is judged from outside, needs no canary, and may be of any language', async () => {
  good('score', { 'task.yml': SCORE, 'expected.txt': 'score\n' });
  const { list, problems } = await openDirectory('x', folder, 'image', async () => undefined);
  expect(problems).toEqual([]);
  expect(list()).toMatchObject([{ id: 'score', language: 'c++' }]);
  const [task] = (await loadSuiteFolder(folder)).tasks;
  expect(planOf(task!, 'image', [])).toMatchObject({ canary: null, runner: { apart: true } });
});

test('the engine gets a task’s own image before its workspace is given out', async () => {
  good('own', {
    'task.yml': `${GOOD['task.yml']}image: acme/python@sha256:1\n`,
    'expected.txt': 'tests/test_a.py::x\n',
  });
  good('ours', { 'expected.txt': 'tests/test_a.py::x\n' });
  const asked: string[] = [];
  const suite = await openDirectory('x', folder, 'image', async (image) => asked.push(image));
  expect(suite.list().map(({ image }) => image)).toEqual([null, 'acme/python@sha256:1']);
  await suite.workspace('ours');
  expect(asked).toEqual([]);
  await suite.workspace('own');
  expect(asked).toEqual(['acme/python@sha256:1']);
});

test.each<[string, Record<string, string | Buffer | null>, string]>([
  ['no task file', { 'task.yml': null }, 'bad/task.yml: is missing'],
  ['broken YAML', { 'task.yml': 'language: [python\n' }, 'bad/task.yml: is not YAML'],
  ['empty file', { 'task.yml': '' }, 'bad/task.yml: the file: '],
  ['missing field', { 'task.yml': 'language: python\nrunner: pytest\n' }, 'bad/task.yml: solution: '],
  ['unknown field', { 'task.yml': `${GOOD['task.yml']}sulotion: x\n` }, 'bad/task.yml: the file: Unrecognized key'],
  [
    'solution outside the workspace',
    { 'task.yml': GOOD['task.yml'].replace('a.py', '../a.py') },
    'bad/task.yml: solution.0: must be a path inside the workspace, without . or .. segments',
  ],
  ['absolute solution', { 'task.yml': GOOD['task.yml'].replace('a.py', '/etc/passwd') }, 'bad/task.yml: solution.0: '],
  [
    'solution among the tests',
    { 'task.yml': GOOD['task.yml'].replace('a.py', 'tests/a.py') },
    'solution.0: must not lie',
  ],
  [
    'another language',
    { 'task.yml': GOOD['task.yml'].replace('language: python', 'language: go') },
    'language: must be ',
  ],
  ['a command without one', { 'task.yml': COMMAND.replace(/command: \[.*\n/, '') }, 'command: is required by runner'],
  ['a command that is empty', { 'task.yml': COMMAND.replace('[go, test]', '[]') }, 'bad/task.yml: command'],
  ['a command apart', { 'task.yml': `${COMMAND}isolate: true\n` }, 'isolate: must be left out'],
  [
    'results of another runner',
    { 'task.yml': `${GOOD['task.yml']}results: { format: tap }\n` },
    'results: is for runner',
  ],
  ['a score without a scale', { 'task.yml': SCORE.replace(/score: .*/, '') }, 'score: is required by runner `score`'],
  ['a score of one number', { 'task.yml': SCORE.replace('best: 1', 'best: 9') }, 'score.best: must differ'],
  ['a score that nothing passes', { 'task.yml': SCORE.replace('pass: 0.9', 'pass: 1.1') }, 'score.pass: '],
  ['a score in one process', { 'task.yml': `${SCORE}isolate: false\n` }, 'isolate: must be left out'],
  ['an unknown format', { 'task.yml': COMMAND.replace('tap', 'html') }, 'results.format: '],
  ['JUnit on standard output', { 'task.yml': COMMAND.replace('tap', 'junit') }, 'results.file: is required: only tap'],
  ['a report outside', { 'task.yml': COMMAND.replace('tap', 'tap, file: ../x') }, 'results.file: must be a path'],
  ['too long', { 'task.yml': `${GOOD['task.yml']}testSeconds: 9000\n` }, 'bad/task.yml: testSeconds: '],
  ['unknown need', { 'rehearsal.yml': 'needs: [luck]\n' }, 'bad/rehearsal.yml: needs.0: '],
  [
    'need without its file',
    { 'rehearsal.yml': 'needs: [neighbours]\n' },
    'bad/rehearsal.yml: neighbours: is required by the need `neighbours`',
  ],
  ['need without example', { 'rehearsal.yml': 'needs: [failing-output]\n' }, 'bad/rehearsal.yml: example: '],
  [
    'absent neighbour',
    { 'rehearsal.yml': 'neighbours: [b.py]\n' },
    'bad/rehearsal.yml: neighbours: b.py is not in workspace/',
  ],
  ['no statement', { 'instruction.md': null }, 'bad/instruction.md: is missing'],
  ['blank statement', { 'instruction.md': ' \n' }, 'bad/instruction.md: is empty'],
  ['statement that is not text', { 'instruction.md': Buffer.from([0xff, 0xfe]) }, 'cannot be read as UTF-8 text'],
  ['no tests', { 'tests/test_a.py': null }, 'bad/tests: holds no file'],
  ['no solution', { 'solution/a.py': null }, 'bad/solution: holds no file'],
  ['stray draft', { 'draft/b.py': '' }, 'bad/draft/b.py: is not among the solution files'],
  ['reserved place', { 'workspace/tests/t.py': '' }, 'bad/workspace/tests/t.py: is where the hidden tests are placed'],
  ['a test named twice', { 'expected.txt': 'a\na\n' }, 'bad/expected.txt: names the test "a" twice'],
])('%s is named, and the other tasks go on', async (_, changes, message) => {
  good('bad', changes);
  good('fine');
  const { tasks } = await loadSuiteFolder(folder);
  expect(tasks.map(({ id }) => id)).toEqual(['fine']);
  expect(await problems()).toEqual([expect.stringContaining(message)]);
});

test('links, odd names and bad folder names are refused', async () => {
  good('link');
  symlinkSync('/etc/passwd', join(folder, 'link/workspace/passwd'));
  good('odd');
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/odd/workspace/`), Buffer.from([0x61, 0xff])]), '');
  good('Bad Name');
  expect(await problems()).toEqual([
    'Bad Name: isn’t a task name',
    'link/workspace/passwd: is not a regular file',
    expect.stringContaining('odd/workspace/a�: the file name is not UTF-8'),
  ]);
});

test('a folder that is no suite says so', async () => {
  await expect(loadSuiteFolder(join(folder, 'absent'))).rejects.toThrow('cannot be read as a suite folder');
  await expect(loadSuiteFolder(folder)).rejects.toThrow('holds no task folder');
});

test('the digest changes with what an agent sees or a verdict rests on, and with nothing else', async () => {
  const digest = async () => digestTasks((await loadSuiteFolder(folder)).tasks);
  good('one');
  const first = await digest();
  write({ 'one/solution/a.py': 'a = 4\n', 'one/draft/a.py': 'a = 5\n' });
  expect(await digest()).toBe(first);
  for (const path of ['instruction.md', 'workspace/a.py', 'tests/test_a.py', 'canary/test_a.py', 'expected.txt']) {
    const before = await digest();
    write({ [`one/${path}`]: `${path} changed\n` });
    expect(await digest(), path).not.toBe(before);
  }
});
