import { expect, test } from 'vitest';
import type { RunOutput } from './plan.ts';
import { readRecords } from './records.ts';

const nonce = 'a'.repeat(32);
const output = (stdout: string, rest: Partial<RunOutput> = {}): RunOutput => ({
  nonce,
  stdout,
  stderr: '',
  exitCode: 0,
  truncated: false,
  timedOut: false,
  seconds: 1,
  files: [],
  ...rest,
});
const line = (record: object, key = nonce) => `${key} ${JSON.stringify(record)}\n`;
const end = line({ end: true });

test('results and the end are read', () => {
  const { tests, complete, intrusion } = readRecords(
    output(line({ id: 'a', outcome: 'passed' }) + line({ id: 'b', outcome: 'skipped' }) + end),
  );
  expect([...tests]).toEqual([
    ['a', 'passed'],
    ['b', 'skipped'],
  ]);
  expect({ complete, intrusion }).toEqual({ complete: true, intrusion: null });
});

test('a test reported twice failed', () => {
  const both = line({ id: 'a', outcome: 'failed' }) + line({ id: 'a', outcome: 'passed' }) + end;
  expect(readRecords(output(both)).tests.get('a')).toBe('failed');
});

test.each([
  ['printed results', 'ok 1 - a\nPASSED\n', 'a line that the runner did not write'],
  ['another nonce', line({ id: 'a', outcome: 'passed' }, 'b'.repeat(32)), 'a line that the runner did not write'],
  ['an unknown record', line({ id: 'a', outcome: 'passed', weight: 2 }), 'a line that the runner did not write'],
  ['results after the end', end + line({ id: 'a', outcome: 'passed' }), 'a result after the end of the report'],
  ['an unfinished line', `${end}x`, 'an unfinished line'],
])('%s where only the runner writes is noticed', (_, stdout, intrusion) => {
  expect(readRecords(output(stdout))).toMatchObject({ intrusion });
});

test('a run that was killed is not complete, and its cut line is no intrusion', () => {
  expect(readRecords(output(`${end}aaaa`, { timedOut: true }))).toMatchObject({ complete: false, intrusion: null });
});

test('a run says that it began before anything else, and one that did not is told from one that did', () => {
  const begin = line({ begin: true });
  expect(readRecords(output(begin))).toMatchObject({ began: true, complete: false, intrusion: null });
  expect(readRecords(output(line({ begin: true }, 'b'.repeat(32))))).toMatchObject({ began: false });
  expect(readRecords(output(''))).toMatchObject({ began: false, complete: false });
});
