import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDrop } from '../drop.ts';
import { judgeRuns, type Run } from './verdict.ts';

const run = (tests: Record<string, 'passed' | 'failed' | 'skipped'>, extra: Partial<Run> = {}): Run => ({
  tests: new Map(Object.entries(tests)),
  complete: true,
  timedOut: false,
  output: '',
  ...extra,
});
const NOTHING = run({}, { complete: false });

test('tests that the fix makes pass, and those that hold', () => {
  expect(
    judgeRuns(
      [run({ a: 'failed', b: 'passed', e: 'passed' }), run({ a: 'failed', b: 'passed', e: 'failed' })],
      [
        run({ a: 'passed', b: 'passed', c: 'passed', d: 'skipped', e: 'passed' }),
        run({ a: 'passed', b: 'passed', c: 'passed', e: 'passed' }),
      ],
    ),
  ).toEqual({ failToPass: ['a', 'c'], passToPass: ['b'], flaky: ['e'] });
});

test('where nothing loads without the fix, all of its tests are to be fixed', () => {
  expect(judgeRuns([NOTHING], [run({ a: 'passed' })])).toEqual({ failToPass: ['a'], passToPass: [], flaky: [] });
});

const OFFLINE = 'Error: getaddrinfo EAI_AGAIN example.com';
test.each([
  ['pass-before', [run({ a: 'passed' })], [run({ a: 'passed' })]],
  ['fail-after', [run({ a: 'failed' })], [run({ a: 'failed' })]],
  ['fail-after', [run({ a: 'passed' })], [NOTHING]],
  ['fail-after', [run({})], [run({})]],
  ['flaky', [run({ a: 'failed' }), run({ a: 'passed' })], [run({ a: 'passed' }), run({ a: 'passed' })]],
  ['flaky', [run({ a: 'failed' }), run({ a: 'failed' })], [run({ a: 'failed' }), run({ a: 'passed' })]],
  ['timeout', [run({ a: 'failed' })], [run({ a: 'passed' }, { timedOut: true })]],
  ['network', [run({ a: 'failed' })], [run({ a: 'failed' }, { output: OFFLINE })]],
  ['pass-before', [run({ a: 'passed' }), run({ a: 'passed' })], [run({ a: 'passed' }), run({ a: 'failed' })]],
  // One that it tests for, and that does not matter.
  ['pass-before', [run({ a: 'passed' })], [run({ a: 'passed' }, { output: OFFLINE })]],
] as const)('%s', (reason, before, after) => {
  expect(judgeRuns(before, after)).toMatchObject({ reason });
});

test('every test is in one set at most, and what is to be fixed failed before and passed after in every run', () => {
  const outcomes = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('passed', 'failed', 'skipped'));
  const one = fc
    .tuple(outcomes, fc.boolean(), fc.boolean())
    .map(([tests, complete, timedOut]) => run(tests, { complete, timedOut }));
  const runs = fc.array(one, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(runs, runs, (before, after) => {
      const sets = judgeRuns(before, after);
      if (isDrop(sets)) return;
      const passed = (some: readonly Run[], id: string) =>
        some.map(({ tests, complete }) => complete && tests.get(id) === 'passed');
      expect(sets.failToPass.length).toBeGreaterThan(0);
      for (const id of sets.failToPass)
        expect([passed(before, id).includes(true), passed(after, id).includes(false)]).toEqual([false, false]);
      for (const id of sets.passToPass) expect([...passed(before, id), ...passed(after, id)]).not.toContain(false);
      const all = [...sets.failToPass, ...sets.passToPass, ...sets.flaky];
      expect(new Set(all).size).toBe(all.length);
    }),
  );
});
