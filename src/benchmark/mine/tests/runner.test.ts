import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { projectPath } from '../../../environment/project.ts';
import { readTap } from '../../grading/formats/tap.ts';
import { detectCommand, withReport } from './runner.ts';

const manifest = (test: string, more: object = {}) => JSON.stringify({ scripts: { test }, ...more });

test.each([
  [manifest('xo && ava && tsd'), 'ava {files}'],
  [manifest('nyc tape "test/**/*.js" | tap-spec'), 'tape {files}'],
  [manifest('c8 --reporter=text mocha -r ts-node/register test/*.mjs'), 'mocha -r ts-node/register {files}'],
  [manifest('node --import tsx --test'), 'node --test --import tsx {files}'],
  [manifest('NODE_OPTIONS=--experimental-vm-modules npx jest --watch'), 'jest --ci {files}'],
  [manifest('npm run unit', { devDependencies: { vitest: '5' } }), 'vitest run {files}'],
  [manifest('xo'), null],
  ['{', null],
  [null, null],
])('the command of %s is %s', (text, command) => {
  expect(detectCommand(text, ['a.test.js'])).toBe(command);
});

test('Python is pytest’s, and two languages at once are nobody’s', () => {
  expect(detectCommand(null, ['tests/test_a.py'])).toBe('python3 -m pytest -q {files}');
  expect(detectCommand(manifest('ava'), ['test.js', 'test_a.py'])).toBe(null);
});

test.each([
  [
    'npx vitest run {files}',
    'npx vitest run {files} --reporter=junit --outputFile="$HUXLEY_REPORT/junit.xml"',
    'junit.xml',
  ],
  [
    'tsc -p . && node --test',
    'tsc -p . && node --test --test-reporter=tap --test-reporter-destination="$HUXLEY_REPORT/report.tap" {files}',
    'report.tap',
  ],
  ['ava', 'ava {files} --tap > "$HUXLEY_REPORT/report.tap"', 'report.tap'],
  [
    'python3 -m unittest {files}',
    'python3 -m pytest {files} -p no:cacheprovider --junitxml="$HUXLEY_REPORT/junit.xml"',
    'junit.xml',
  ],
  ['./run.sh $HUXLEY_REPORT/ctrf.json', './run.sh $HUXLEY_REPORT/ctrf.json', 'ctrf.json'],
])('%s leaves its results in a file', (given, line, file) => {
  expect(withReport(given)).toMatchObject({ line, results: { file } });
});

test('a runner that nobody knows has to say where its report is', () => {
  expect(withReport('make check')).toBe(null);
});

const toTap = (kind: string, input: string) =>
  execFileSync(process.execPath, [projectPath('src', 'benchmark', 'mine', 'tests', 'to-tap.mjs'), kind], {
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });

test('what tape prints becomes one test a title', () => {
  const tape =
    '# adds # numbers\nok 1 should be equal\nnot ok 2 should be equal\n  ---\n    at: x\n  ...\n# subtracts\nok 3 should be equal\n\n1..3\n# tests 3\n# pass  2\n# fail  1\n';
  expect(readTap(toTap('tape', tape))).toEqual({
    complete: true,
    tests: new Map([
      ['adds # numbers', 'failed'],
      ['subtracts', 'passed'],
    ]),
  });
  expect(() => toTap('tape', '# adds\nok 1 x\n')).toThrow();
});

test('what jest says becomes one test a line', () => {
  const jest = {
    testResults: [
      { name: '/a/x.test.js', status: 'failed', assertionResults: [] },
      {
        name: '/a/y.test.js',
        status: 'passed',
        assertionResults: [
          { ancestorTitles: ['add'], title: 'adds', status: 'passed' },
          { ancestorTitles: [], title: 'later', status: 'todo' },
        ],
      },
    ],
  };
  expect([...readTap(toTap('jest', JSON.stringify(jest))).tests]).toEqual([
    ['x.test.js loads', 'failed'],
    ['add > adds', 'passed'],
    ['later', 'skipped'],
  ]);
});
