import { expect, test } from 'vitest';
import { judgeCanary, judgeTests, scoreOf } from './judge.ts';
import type { TestOutcome, TestReport } from './plan.ts';

const report = (tests: Record<string, TestOutcome>, rest: Partial<TestReport> = {}): TestReport => ({
  tests: new Map(Object.entries(tests)),
  began: true,
  complete: true,
  intrusion: null,
  ...rest,
});
const run = { exitCode: 0, stdout: '', stderr: '', truncated: false, timedOut: false, seconds: 1 } as const;

test('every expected test must have passed; others count for nothing', () => {
  const verdict = (tests: Record<string, TestOutcome>) => judgeTests(['a', 'b'], report(tests), run).verdict;
  expect(verdict({ a: 'passed', b: 'passed', c: 'failed' })).toBe('resolved');
  expect(verdict({ a: 'passed', b: 'failed' })).toBe('unresolved');
  expect(verdict({ a: 'passed', b: 'skipped' })).toBe('unresolved');
  expect(verdict({ a: 'passed', c: 'passed' })).toBe('unresolved');
});

test('an exit code earns nothing', () => {
  expect(judgeTests(['a'], report({}, { complete: false }), run)).toMatchInlineSnapshot(`
    {
      "evidence": "The test run ended before its report did (exit code 0); 0 of 1 tests had passed.",
      "failed": [
        "a",
      ],
      "passed": 0,
      "verdict": "unresolved",
    }
  `);
  expect(judgeTests(['a'], report({ a: 'passed' }), { ...run, exitCode: 1 }).verdict).toBe('resolved');
});

test('intrusion and time go before everything', () => {
  expect(judgeTests(['a'], report({ a: 'passed' }, { intrusion: 'a line' }), run).verdict).toBe('tampered');
  expect(judgeTests(['a'], report({ a: 'passed' }), { ...run, timedOut: true }).verdict).toBe('timeout');
});

test('a canary failed only when it reported, and nothing passed', () => {
  expect(judgeCanary(report({ a: 'failed', b: 'failed' }))).toBe('failed');
  expect(judgeCanary(report({ a: 'failed', b: 'passed' }))).toBe('passed');
  expect(judgeCanary(report({}))).toBe('silent');
  expect(judgeCanary(report({ a: 'failed' }, { intrusion: 'a line' }))).toBe('passed');
});

test('a score is the share of required tests that passed, of an attempt that failed some of several', () => {
  const three = ['a', 'b', 'c'];
  const score = (expected: readonly string[], seen: TestReport, over: object = {}) =>
    scoreOf(judgeTests(expected, seen, { ...run, ...over }), seen);
  expect(score(three, report({ a: 'passed', b: 'failed', x: 'passed' }))).toBeCloseTo(1 / 3, 12);
  expect(score(three, report({ a: 'failed', b: 'skipped' }))).toBe(0);
  for (const seen of [
    report({ a: 'passed', b: 'passed', c: 'passed' }),
    report({ a: 'passed' }, { complete: false }),
    report({ a: 'passed' }, { intrusion: 'a line' }),
  ])
    expect(score(three, seen)).toBeUndefined();
  expect(score(['a'], report({ a: 'failed' }))).toBeUndefined();
  expect(score(three, report({ a: 'passed' }), { timedOut: true })).toBeUndefined();
});
