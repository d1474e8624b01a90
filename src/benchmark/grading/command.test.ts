import { expect, test } from 'vitest';
import { commandRunner } from './command.ts';
import type { RunOutput } from './plan.ts';

const BEGUN = 'huxley: the command begins\n';
const TAP = 'ok 1 - two\n1..1\n';
const output = (stdout: string, rest: Partial<RunOutput> = {}): RunOutput => ({
  nonce: 'abc',
  stdout,
  stderr: '',
  exitCode: 1,
  truncated: false,
  timedOut: false,
  seconds: 1,
  files: [],
  ...rest,
});
const file = (path: string) => ({ path, content: Buffer.from(TAP), executable: false });

test('a report on standard output is what follows the first line, which stands there before anything is loaded', () => {
  const { read } = commandRunner('make test', { format: 'tap' });
  const whole = { tests: new Map([['two', 'passed']]), began: true, complete: true, intrusion: null };
  expect(read(output(BEGUN + TAP))).toEqual(whole);
  expect(read(output(TAP))).toMatchObject({ began: false });
  expect(read(output(''))).toMatchObject({ began: false, complete: false });
  expect(read(output(BEGUN + TAP, { exitCode: null }))).toMatchObject({ began: true, complete: false });
  expect(read(output(BEGUN + TAP, { truncated: true }))).toMatchObject({ tests: new Map(), complete: false });
  expect(read(output(BEGUN, { files: [file('abc/report.tap')] }))).toMatchObject({ tests: new Map() });
});

test('a report in a file counts only in the folder of this run, and what is printed is none', () => {
  const { read } = commandRunner(['make', 'test'], { format: 'tap', file: 'out/report.tap' });
  const tests = (...paths: string[]) => read(output(BEGUN + TAP, { files: paths.map(file) })).tests.size;
  expect(tests('abc/out/report.tap')).toBe(1);
  for (const paths of [[], ['out/report.tap'], ['abd/out/report.tap'], ['abc/report.tap']])
    expect(tests(...paths)).toBe(0);
});

test('a report of more than 4 MiB is not read', () => {
  const { read } = commandRunner('x', { format: 'tap', file: 'a' });
  const of = (padding: number) => ({
    path: 'abc/a',
    content: Buffer.from(TAP + ' '.repeat(padding)),
    executable: false,
  });
  expect(read(output(BEGUN, { files: [of(4 * 1024 * 1024 - TAP.length)] })).complete).toBe(true);
  expect(read(output(BEGUN, { files: [of(4 * 1024 * 1024)] }))).toMatchObject({ tests: new Map(), complete: false });
});

test('a shell line is the shell’s, an argument vector nobody’s', () => {
  const words = (command: string | string[]) => commandRunner(command, { format: 'tap' }).command([]).slice(3);
  expect(words('make "a b" $X')).toEqual(['sh', '/bin/sh', '-c', 'make "a b" $X']);
  expect(words(['make', 'a b', '$X'])).toEqual(['sh', 'make', 'a b', '$X']);
});
