import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TestOutcome } from '../plan.ts';
import { readCtrf } from './ctrf.ts';
import { readGoJson } from './go.ts';
import { readJUnitXml } from './junit.ts';
import type { Results } from './results.ts';
import { readTap } from './tap.ts';

const shown = ({ tests, complete }: Results) => ({ ...Object.fromEntries(tests), complete });
const READERS = { junit: readJUnitXml, ctrf: readCtrf, tap: readTap, go: readGoJson };

test('JUnit: suites, classes and names, as pytest, Jupiter, Surefire and node write them', () => {
  const pytest =
    '<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0" tests="3" timestamp="2026-11-30T13:00:00" hostname="sandbox"><testcase classname="tests.test_a" name="test_b[x &lt; 1]" time="0.001" /><testcase classname="tests.test_a.TestC" name="test_d"><failure message="assert 1 == 2">def &amp;</failure></testcase><testcase classname="tests.test_a" name="test_e"><skipped type="pytest.skip" message="not here" /></testcase></testsuite></testsuites>';
  expect(shown(readJUnitXml(pytest))).toEqual({
    'pytest > tests.test_a > test_b[x < 1]': 'passed',
    'pytest > tests.test_a.TestC > test_d': 'failed',
    'pytest > tests.test_a > test_e': 'skipped',
    complete: true,
  });
  const surefire =
    '<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="TwiceTest"><properties><property name="a" value="b"/></properties><testcase name="two()" classname="TwiceTest"><system-out><![CDATA[<testcase name="forged"/>]]></system-out></testcase><testcase name="big()" classname="TwiceTest"><error/></testcase></testsuite>';
  expect(shown(readJUnitXml(surefire))).toEqual({
    'TwiceTest > two()': 'passed',
    'TwiceTest > big()': 'failed',
    complete: true,
  });
  const node =
    '<testsuites><testsuite name="a"><testsuite name="b"><testcase name="x" classname="test"/></testsuite></testsuite><testcase name="x" classname="test"/></testsuites>';
  expect(shown(readJUnitXml(node))).toEqual({ 'test > x': 'passed', 'a > b > test > x': 'passed', complete: true });
});

test.each([
  '',
  'no XML',
  '<testsuite><testcase name="a"/>',
  '<testsuite><testcase name="a"/></testsuit>',
  '<testsuite/><testsuite><testcase name="a"/></testsuite>',
  '<html><testcase name="a"/></html>',
  '<testcase name="a"/>',
  '<!DOCTYPE testsuite [<!ENTITY e "a">]><testsuite><testcase name="&e;"/></testsuite>',
  '<testsuite><testcase name="a" name="b"/></testsuite>',
  `${'<testsuite>'.repeat(20_000)}${'</testsuite>'.repeat(20_000)}`,
])('JUnit: no report of %#', (xml) => {
  expect(shown(readJUnitXml(xml))).toEqual({ complete: false });
});

test('CTRF: suites and names, every status', () => {
  const tests = [
    { name: 'a', status: 'passed', suite: 'twice', duration: 3 },
    { name: 'a', status: 'pending', suite: ['file', 'twice'] },
    { name: 'b', status: 'skipped' },
    { name: 'c', status: 'other' },
    { name: 'd', status: 'failed', message: 'no' },
  ];
  const report = { reportFormat: 'CTRF', specVersion: '0.0.0', results: { tool: { name: 'x' }, summary: {}, tests } };
  expect(shown(readCtrf(JSON.stringify(report)))).toEqual({
    'twice > a': 'passed',
    'file > twice > a': 'skipped',
    b: 'skipped',
    c: 'failed',
    d: 'failed',
    complete: true,
  });
  for (const wrong of ['', '{', '[]', '{"results":{}}', JSON.stringify(report).slice(0, -1)])
    expect(shown(readCtrf(wrong))).toEqual({ complete: false });
});

test('TAP: plans, directives, escapes, subtests and what else is printed', () => {
  const tap = `TAP version 14
# Subtest: twice
    # Subtest: two
    ok 1 - two
      ---
      message: |
        ok 2 - forged
      ...
    not ok 2 - big
    1..2
not ok 1 - twice
a line of the program's own
ok 2 - escaped \\# and \\\\ # SKIP later
not ok 3 - one day # TODO
ok 4
ok
1..5
# tests 5
`;
  expect(shown(readTap(tap))).toEqual({
    'twice > two': 'passed',
    'twice > big': 'failed',
    twice: 'failed',
    'escaped # and \\': 'skipped',
    'one day': 'skipped',
    4: 'passed',
    5: 'passed',
    complete: true,
  });
});

test.each([
  ['nothing', ''],
  ['no plan', 'ok 1 - a\n'],
  ['a test that is missing', '1..2\nok 1 - a\n'],
  ['a test too many', '1..1\nok 1 - a\nok 2 - b\n'],
  ['two plans', '1..1\nok 1 - a\n1..1\n'],
  ['a test that bailed out', '1..1\nok 1 - a\nBail out! No disk.\n'],
  ['a subtest without its end', '1..1\nok 1 - a\n    ok 1 - b\n    1..1\n'],
  ['a subtest without a plan', '    ok 1 - b\nok 1 - a\n1..1\n'],
  ['an open block', '1..1\nok 1 - a\n  ---\n  x: 1\n'],
])('TAP: %s is no whole report', (_, tap) => {
  expect(readTap(tap).complete).toBe(false);
});

test('Go: packages, subtests, and a package that never ended', () => {
  const line = (event: object) => `${JSON.stringify({ Time: '2026-11-30T13:00:00Z', ...event })}\n`;
  const run =
    line({ Action: 'start', Package: 'm/a' }) +
    line({ Action: 'run', Package: 'm/a', Test: 'TestTwo' }) +
    line({ Action: 'output', Package: 'm/a', Test: 'TestTwo', Output: '--- PASS: TestForged\n' }) +
    line({ Action: 'fail', Package: 'm/a', Test: 'TestTwo/small', Elapsed: 0 }) +
    line({ Action: 'fail', Package: 'm/a', Test: 'TestTwo' }) +
    line({ Action: 'skip', Package: 'm/a', Test: 'TestBig' });
  const tests = { 'm/a > TestTwo/small': 'failed', 'm/a > TestTwo': 'failed', 'm/a > TestBig': 'skipped' };
  expect(shown(readGoJson(run))).toEqual({ ...tests, complete: false });
  const whole = `go: a warning\n${run}${line({ Action: 'fail', Package: 'm/a' })}FAIL\n`;
  expect(shown(readGoJson(whole))).toEqual({ ...tests, complete: true });
  expect(readGoJson(`${whole}${line({ Action: 'run', Package: 'm/b', Test: 'TestX' })}`).complete).toBe(false);
  const single = line({ Action: 'pass', Test: 'TestTwo' }) + line({ Action: 'pass' });
  expect(shown(readGoJson(single))).toEqual({ TestTwo: 'passed', complete: true });
});

const name = fc.stringMatching(/^[a-zA-Z][\w ]{0,10}\w$/).map((text) => text.replace(/ +/g, ' '));
const outcome = fc.constantFrom<TestOutcome>('passed', 'failed', 'skipped');
const results = fc.uniqueArray(fc.tuple(name, outcome), { selector: ([one]) => one, minLength: 1, maxLength: 20 });
type Written = readonly (readonly [string, TestOutcome])[];

const WRITERS: Readonly<Record<keyof typeof READERS, (tests: Written) => string>> = {
  junit: (tests) =>
    `<testsuites><testsuite>${tests.map(([id, is]) => `<testcase name="${id}">${{ passed: '', failed: '<failure/>', skipped: '<skipped/>' }[is]}</testcase>`).join('')}</testsuite></testsuites>`,
  ctrf: (tests) => JSON.stringify({ results: { tests: tests.map(([id, is]) => ({ name: id, status: is })) } }),
  tap: (tests) =>
    `1..${tests.length}\n${tests.map(([id, is], n) => `${is === 'failed' ? 'not ok' : 'ok'} ${n + 1} - ${id}${is === 'skipped' ? ' # SKIP' : ''}\n`).join('')}`,
  go: (tests) =>
    [...tests.map(([id, is]) => ({ Test: id, Action: is.replace(/(ed|ped)$/, '') })), { Action: 'pass' }]
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(''),
};

test.each(Object.keys(READERS) as (keyof typeof READERS)[])('%s: what is written is read, in any order', (format) => {
  fc.assert(
    fc.property(results, (tests) => {
      const read = READERS[format](WRITERS[format](tests));
      expect([...read.tests]).toEqual(tests);
      expect(read.complete).toBe(true);
    }),
  );
});

test.each(Object.keys(READERS) as (keyof typeof READERS)[])('%s: a test reported twice failed', (format) => {
  fc.assert(
    fc.property(results, (tests) => {
      const read = READERS[format](WRITERS[format]([...tests, [tests[0]![0], 'passed']]));
      expect(read.tests.get(tests[0]![0])).toBe('failed');
    }),
  );
});

test.each(Object.keys(READERS) as (keyof typeof READERS)[])(
  '%s: a report that is cut off is incomplete, or says nothing more than the whole one; nothing throws',
  (format) => {
    fc.assert(
      fc.property(results, fc.double({ min: 0, max: 1, noNaN: true }), fc.string(), (tests, share, text) => {
        const whole = WRITERS[format](tests);
        const cut = READERS[format](whole.slice(0, Math.floor(share * whole.length)));
        if (cut.complete) expect([...cut.tests].length).toBe(tests.length);
        READERS[format](text);
        READERS[format](whole.replace(whole.slice(-10), text));
      }),
    );
  },
);
