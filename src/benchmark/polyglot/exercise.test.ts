import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPolyglot } from './suite.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'huxley-polyglot-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(exercise: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    const place = join(root, exercise, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
  }
}

const config = (files: object) => JSON.stringify({ files });

test('an exercise is read without a trace of its tests and its example in what the agent gets', async () => {
  write('go/exercises/practice/two-words', {
    '.meta/config.json': config({
      solution: ['two_words.go'],
      test: ['two_words_test.go'],
      example: ['.meta/example.go'],
      editor: ['cases_test.go'],
    }),
    '.meta/example.go': 'SECRET ANSWER',
    '.docs/instructions.md': '# Instructions\n\nWrite two words.\n',
    '.docs/instructions.append.md': '# Hints\n\nIn Go.\n',
    'two_words.go': 'package words\n',
    'two_words_test.go': 'SECRET TEST',
    'cases_test.go': 'SECRET CASES',
    'go.mod': 'module words\n',
  });
  const suite = await openPolyglot(root, 'image', root);
  expect(suite.list()).toEqual([
    {
      id: 'go-two-words',
      language: 'go',
      image: 'image',
      workdir: '/work',
      statement:
        '# Instructions\n\nWrite two words.\n\n\n# Hints\n\nIn Go.\n\n\nWrite your solution to: two_words.go\n',
      solutionPaths: ['two_words.go'],
      testSeconds: 120,
    },
  ]);
  const workspace = await suite.workspace('go-two-words');
  expect(workspace.map(({ path }) => path)).toEqual(['go.mod', 'two_words.go']);
  const seen = JSON.stringify([suite.list(), workspace.map(({ content }) => content.toString())]);
  expect(seen).not.toContain('SECRET');
  const oracle = await suite.reference('go-two-words', 'oracle');
  expect(oracle!.map(({ path, content }) => [path, content.toString()])).toEqual([['two_words.go', 'SECRET ANSWER']]);
});

test("Rust's manifest is no part of a solution, and files pair by their names", async () => {
  write('rust/exercises/practice/forth', {
    '.meta/config.json': config({
      solution: ['src/lib.rs', 'Cargo.toml'],
      test: ['tests/forth.rs'],
      example: ['.meta/example.rs'],
    }),
    '.meta/example.rs': 'answer',
    'Cargo.toml': '[package]\n',
    'src/lib.rs': '',
    'tests/forth.rs': '',
  });
  write('cpp/exercises/practice/clock', {
    '.meta/config.json': config({
      solution: ['clock.cpp', 'clock.h'],
      test: ['clock_test.cpp'],
      example: ['.meta/example.h', '.meta/example.cpp'],
    }),
    '.meta/example.cpp': 'cpp',
    '.meta/example.h': 'h',
    'clock_test.cpp': '',
  });
  const suite = await openPolyglot(root, 'image', root);
  const files = async (id: string) =>
    (await suite.reference(id, 'oracle'))!.map(({ path, content }) => `${path}: ${content}`);
  expect(await files('rust-forth')).toEqual(['src/lib.rs: answer']);
  expect(await files('cpp-clock')).toEqual(['clock.cpp: cpp', 'clock.h: h']);
});

test('a broken exercise is named, the others go on; what is no checkout says so', async () => {
  await expect(openPolyglot(root, 'image', root)).rejects.toThrow('isn’t a checkout of the Polyglot benchmark');
  const good = { '.meta/config.json': config({ solution: ['a.py'], test: ['a_test.py'], example: ['.meta/e.py'] }) };
  write('python/exercises/practice/good', { ...good, '.meta/e.py': '', 'a_test.py': '' });
  write('python/exercises/practice/no-test', { ...good, '.meta/e.py': '' });
  write('python/exercises/practice/no-files', { '.meta/config.json': '{}' });
  const suite = await openPolyglot(root, 'image', root);
  expect(suite.list().map(({ id }) => id)).toEqual(['python-good']);
  expect(suite.problems.map(({ message }) => message.slice(root.length))).toEqual([
    '/python/exercises/practice/no-files/.meta/config.json: files: Invalid input: expected object, received undefined',
    '/python/exercises/practice/no-test/a_test.py: is missing',
  ]);
});
