import { describe, expect, test } from 'vitest';
import { type InstanceRun, judgeInstance, withoutMissing } from './grading/hardened.ts';
import { readJUnit } from './grading/junit.ts';
import { END, START } from './instance/marks.ts';
import { officialLog, officialReport } from './instance/official.ts';
import { reportsOf } from './instance/script.ts';
import type { Status } from './instance/status.ts';
import { parserOf } from './parsers/registry.ts';

const named = (logParser: string) => parserOf({ logParser, id: 'a__b-1', version: '1' });
const pytest = named('parse_log_pytest');
const instance = {
  failToPass: ['tests/test_a.py::test_new'],
  passToPass: ['tests/test_a.py::test_old'],
  evalType: 'pass_and_fail' as const,
};
const lines = (...statuses: [Status, string][]) =>
  statuses.map(([status, name]) => `${status} tests/test_a.py::${name}`).join('\n');

describe('the official rules on a table of logs', () => {
  const both = lines(['PASSED', 'test_new'], ['PASSED', 'test_old']);
  test.each<[string, string, number | null, boolean]>([
    ['all pass', both, 0, true],
    ['an expected failure counts as passing', lines(['XFAIL', 'test_new'], ['XFAIL', 'test_old']), 0, true],
    ['skipping is no fix', lines(['SKIPPED', 'test_new'], ['PASSED', 'test_old']), 0, false],
    ['skipping breaks nothing', lines(['PASSED', 'test_new'], ['SKIPPED', 'test_old']), 0, true],
    ['a broken test', lines(['PASSED', 'test_new'], ['FAILED', 'test_old']), 1, false],
    ['an error', lines(['ERROR', 'test_new'], ['PASSED', 'test_old']), 1, false],
    ['a missing fix', lines(['PASSED', 'test_old']), 0, false],
    ['a missing old test', lines(['PASSED', 'test_new']), 0, false],
    ['an exit code without a failure', both, 1, false],
    ['an exit code that a failure explains', `${both}\n${lines(['FAILED', 'test_other'])}`, 1, true],
    ['no exit code recorded', both, null, true],
    ['nothing', '', 0, false],
    ['a patch that did not apply', `>>>>> Patch Apply Failed\n${both}`, 0, false],
    ['a time-out', `${both}\n>>>>> Tests Timed Out`, 0, false],
  ])('%s', (_, output, exitCode, resolved) => {
    expect(officialReport(instance, officialLog(output, exitCode), pytest).resolved).toBe(resolved);
  });

  test('a log without markers is none', () => {
    expect(officialReport(instance, both, pytest)).toMatchObject({ resolved: false, found: false });
  });

  test('results outside of the markers count when there are none inside', () => {
    expect(officialReport(instance, `${both}\n${START}\n${END}\n`, pytest).resolved).toBe(true);
  });

  test.each<[string, string[], boolean]>([
    ['one match', ['PASSED tests/test_a.py::test_p[log(photon) /]'], true],
    [
      'matches that agree',
      ['PASSED t.py::x', 'PASSED tests/test_a.py::test_p[log(photon)1]', 'XFAIL tests/test_a.py::test_p[log(photon)2]'],
      true,
    ],
    [
      'matches that differ',
      ['PASSED tests/test_a.py::test_p[log(photon)1]', 'FAILED tests/test_a.py::test_p[log(photon)2]'],
      false,
    ],
    ['no match', ['PASSED tests/test_a.py::test_p[exp]'], false],
  ])('truncated ids: %s', (_, output, resolved) => {
    const truncated = { ...instance, failToPass: ['tests/test_a.py::test_p[log(photon'], passToPass: [] };
    expect(officialReport(truncated, officialLog(output.join('\n'), null), named('parse_log_pytest_v2')).resolved).toBe(
      resolved,
    );
  });

  test('whole ids never match by prefix', () => {
    const log = officialLog('PASSED tests/test_a.py::test_newer\nPASSED tests/test_a.py::test_old', 0);
    expect(officialReport(instance, log, pytest).resolved).toBe(false);
  });

  test.each<[string, string[], boolean]>([
    ['an old test is not there', ['PASSED tests/test_a.py::test_new'], true],
    ['an old test is skipped', ['PASSED tests/test_a.py::test_new', 'SKIPPED tests/test_a.py::test_old'], true],
    ['an old test is expected to fail', ['PASSED tests/test_a.py::test_new', 'XFAIL tests/test_a.py::test_old'], false],
    ['an old test breaks', ['PASSED tests/test_a.py::test_new', 'FAILED tests/test_a.py::test_old'], false],
    ['the new test is expected to fail', ['XFAIL tests/test_a.py::test_new'], false],
    ['the new test is not there', ['PASSED tests/test_a.py::test_old'], false],
  ])('SWE-bench-Live: %s', (_, output, resolved) => {
    const live = { ...instance, evalType: 'live' as const };
    expect(officialReport(live, officialLog(output.join('\n'), null), pytest).resolved).toBe(resolved);
  });

  test('a runner that names failures only', () => {
    const failOnly = { ...instance, evalType: 'fail_only' as const };
    expect(officialReport(failOnly, officialLog('Executed 12 of 12 SUCCESS', 0), pytest).resolved).toBe(true);
    expect(officialReport(failOnly, officialLog('Executed 0 of 0', 0), pytest).resolved).toBe(false);
    expect(officialReport(failOnly, officialLog(lines(['FAILED', 'test_new']), 1), pytest).resolved).toBe(false);
  });
});

const xml = (fix: string, old = '', more = '') =>
  `<?xml version="1.0"?><testsuites><testsuite><testcase classname="tests.test_a" name="test_new">${fix}</testcase>` +
  `<testcase classname="tests.test_a" name="test_old">${old}</testcase>${more}</testsuite></testsuites>`;
const report = (fix: string, old = '', more = '') => [readJUnit(xml(fix, old, more))!];
const both = lines(['PASSED', 'test_new'], ['PASSED', 'test_old']);
const failure = '<failure message="assert 1 == 2"/>';
const honest: InstanceRun = { output: both, exitCode: 0, timedOut: false, single: true, junit: report('') };

describe('the hardened verdict', () => {
  test('an honest run is resolved by both', () => {
    expect(judgeInstance(instance, honest, pytest)).toEqual({
      verdict: 'resolved',
      official: true,
      failed: [],
      evidence: "All 2 expected tests passed by the log, the exit code and pytest's own report.",
      described: true,
    });
  });

  test.each<[string, Partial<InstanceRun>, boolean]>([
    ['a conftest hook rewrote the outcomes that are printed', { junit: report(failure) }, true],
    ['forged PASSED lines, exit code 1', { exitCode: 1, junit: report(failure) }, false],
    ['forged PASSED lines, then os._exit(0)', { junit: undefined }, true],
    [
      'forged PASSED lines and a decoy that failed',
      { output: `${both}\n${lines(['FAILED', 'test_decoy'])}`, exitCode: 1, junit: report(failure) },
      true,
    ],
    [
      'an injected end marker with a fake exit code',
      { output: `${both}\n${END}\n>>>>> Test Exit Code: 0\nFAILED`, exitCode: 1, junit: report(failure) },
      true,
    ],
  ])('forged log: %s', (_, forged, official) => {
    const verdict = judgeInstance(instance, { ...honest, ...forged }, pytest);
    expect(verdict.verdict).toBe('unresolved');
    expect(verdict.official).toBe(official);
  });

  test.each<[string, Partial<InstanceRun>]>([
    ['a time-out', { timedOut: true, exitCode: null }],
    ['an unfinished report', { junit: undefined }],
    ['a second report of one run', { junit: [...report(failure), ...report('')] }],
    ['an empty report', { junit: [new Map()] }],
    ['an exit code pytest gives for its own trouble', { exitCode: 3 }],
    ['a fix that was skipped', { junit: report('<skipped type="pytest.skip"/>') }],
  ])('refuses %s', (_, run) => {
    expect(judgeInstance(instance, { ...honest, ...run }, pytest).verdict).not.toBe('resolved');
  });

  test('an old test may be skipped, an expected failure passes', () => {
    const junit = report('<skipped type="pytest.xfail"/>', '<skipped type="pytest.skip"/>');
    const output = lines(['XFAIL', 'test_new'], ['SKIPPED', 'test_old']);
    expect(judgeInstance(instance, { ...honest, output, junit }, pytest).verdict).toBe('resolved');
  });

  test('the report is read under the names that the log parser gives', () => {
    const options = named('parse_log_requests');
    const one = {
      ...instance,
      failToPass: ['tests/test_a.py::test_p[/location]'],
      passToPass: ['tests/test_a.py::test_old'],
    };
    const output = 'PASSED tests/test_a.py::test_p[/etc/invalid/location]\nPASSED tests/test_a.py::test_old';
    const judge = (param: string) =>
      judgeInstance(
        one,
        {
          ...honest,
          exitCode: param === '' ? 0 : 1,
          output: param === '' ? output : `${output}\nFAILED tests/x.py::y`,
          junit: report(
            '',
            '',
            `<testcase classname="tests.test_a" name="test_p[/etc/invalid/location]">${param}</testcase>`,
          ),
        },
        options,
      );
    expect(judge('')).toMatchObject({ verdict: 'resolved', official: true });
    expect(judge(failure)).toMatchObject({ verdict: 'unresolved', official: true });
    const brush = { ...instance, failToPass: ['tests/test_a.py::test_p[1]'], passToPass: [] };
    const mouse = '<testcase classname="tests.test_a" name="test_p[MouseButton.LEFT]"/>';
    expect(
      judgeInstance(
        brush,
        { ...honest, output: 'PASSED tests/test_a.py::test_p[MouseButton.LEFT]', junit: report('', '', mouse) },
        named('parse_log_matplotlib'),
      ).verdict,
    ).toBe('resolved');
    const words = { ...instance, failToPass: ['tests/test_a.py::test_p[a'], passToPass: [] };
    const blank = '<testcase classname="tests.test_a" name="test_p[a b]"/>';
    expect(
      judgeInstance(
        words,
        { ...honest, output: 'PASSED tests/test_a.py::test_p[a b]', junit: report('', '', blank) },
        pytest,
      ).verdict,
    ).toBe('resolved');
  });

  test('a score is the share of what was to be mended, where the log and the report say so', () => {
    const two = { ...instance, failToPass: [...instance.failToPass, 'tests/test_a.py::test_also'] };
    const also = (inner = '') => `<testcase classname="tests.test_a" name="test_also">${inner}</testcase>`;
    const half = {
      ...honest,
      output: lines(['PASSED', 'test_new'], ['FAILED', 'test_also'], ['PASSED', 'test_old']),
      exitCode: 1,
      junit: report('', '', also(failure)),
    };
    const scoreOf = (over: Partial<InstanceRun>, of = two) => judgeInstance(of, { ...half, ...over }, pytest).score;
    expect(scoreOf({})).toBe(0.5);
    expect(scoreOf({ junit: report(failure, '', also(failure)) }), 'a printed line that the report denies').toBe(0);
    const broken = {
      output: half.output.replace('PASSED tests/test_a.py::test_old', 'FAILED tests/test_a.py::test_old'),
    };
    expect(scoreOf({ ...broken, junit: report('', failure, also(failure)) }), 'an old test broke').toBe(0);
    for (const over of [
      { junit: null },
      { junit: undefined },
      { partial: true },
      { exitCode: null },
      { timedOut: true },
    ])
      expect(scoreOf(over)).toBeUndefined();
    expect(scoreOf({}, { ...two, failToPass: [two.failToPass[1]!] })).toBeUndefined();
    expect(judgeInstance(instance, honest, pytest)).not.toHaveProperty('score');
  });

  test('of SWE-bench-Live, only old tests may be missing that are missing with the reference fix too', () => {
    const live = {
      ...instance,
      passToPass: ['tests/test_a.py::test_old', 'a.py::test_never'],
      evalType: 'live' as const,
    };
    const verdictOf = (output: string, junit: InstanceRun['junit']) =>
      judgeInstance(live, { ...honest, output, junit }, pytest);
    const reference = verdictOf(both, report(''));
    expect(reference).toMatchObject({ verdict: 'resolved', missing: ['a.py::test_never'] });
    expect(withoutMissing(reference, reference)).toEqual(reference);
    const alone = lines(['PASSED', 'test_new']);
    const short = [new Map([...report('')[0]!].filter(([id]) => id.endsWith('test_new')))];
    for (const dropped of [verdictOf(alone, null), verdictOf(alone, report('')), verdictOf(both, short)]) {
      expect(dropped).toMatchObject({ verdict: 'resolved', official: true });
      expect(withoutMissing(dropped, reference)).toMatchObject({
        ...{ verdict: 'unresolved', official: true, failed: ['tests/test_a.py::test_old'] },
      });
    }
    const failed = verdictOf(lines(['FAILED', 'test_new']), null);
    expect(withoutMissing(failed, reference)).toEqual(failed);
    expect(judgeInstance(instance, honest, pytest)).not.toHaveProperty('missing');
  });

  test('a log that a program has read is not read again line by line', () => {
    const ids = Array.from({ length: 2_000 }, (_, i) => `test ${i}`);
    const read = new Map(ids.map((id) => [id, 'PASSED' as const]));
    let asked = 0;
    const run: InstanceRun = {
      output: 'ok\n'.repeat(10_000),
      exitCode: 0,
      timedOut: false,
      single: false,
      junit: null,
    };
    const verdict = judgeInstance(
      {
        failToPass: ids,
        passToPass: [],
        evalType: 'exact',
        program: { kind: 'pro', source: '' },
      },
      run,
      () => {
        asked++;
        return read;
      },
    );
    expect([verdict.verdict, asked < 10]).toEqual(['resolved', true]);
  });

  test('reports of several runs add up, the last of a test counts', () => {
    const several = { ...honest, single: false };
    const [whole] = report('');
    const of = (...ids: string[]) => new Map([...whole!].filter(([id]) => ids.includes(id)));
    const judge = (...junit: ReadonlyMap<string, Status>[]) =>
      judgeInstance(instance, { ...several, junit }, pytest).verdict;
    expect(judge(of('tests.test_a::test_new'), of('tests.test_a::test_old'))).toBe('resolved');
    expect(judge(...report(failure), ...report(''))).toBe('resolved');
    expect(judge(...report(''), ...report(failure))).toBe('unresolved');
    expect(judge(of('tests.test_a::test_new'))).toBe('unresolved');
  });

  test('a report that the script itself displaces is no witness, and no refutation', () => {
    const displaced = { ...honest, partial: true };
    expect(judgeInstance(instance, { ...displaced, junit: undefined }, pytest)).toMatchObject({
      verdict: 'resolved',
      evidence: 'All 2 expected tests passed by the log and the exit code.',
    });
    expect(judgeInstance(instance, { ...displaced, junit: undefined, exitCode: 1 }, pytest).verdict).toBe('unresolved');
    expect(
      judgeInstance(
        instance,
        { ...displaced, junit: [new Map(), new Map([['tests.test_a::test_new', 'PASSED']])], single: false },
        pytest,
      ).verdict,
    ).toBe('resolved');
    expect(judgeInstance(instance, { ...displaced, junit: report(failure) }, pytest).verdict).toBe('unresolved');
  });

  test.each([
    ['pytest -rA x.py', 'whole'],
    ['python3 -m pytest x.py\npytest y.py', 'whole'],
    ['tox --current-env -epy39 -v -- x.py', 'whole'],
    ['pytest --junitxml=x.xml x.py', 'partial'],
    ['pytest --junit-xml x.xml x.py', 'partial'],
    ['PYTEST_ADDOPTS=-x pytest x.py', 'partial'],
    ['make test', 'partial'],
    ['pytest -p no:junitxml x.py', 'impossible'],
  ])('what the script does to reports: %s', (tests, expected) => {
    expect(reportsOf(`${START}\n${tests}\n${END}\n`)).toBe(expected);
  });

  describe('where there is no report beside the log', () => {
    const django = named('parse_log_django');
    const tests = { ...instance, failToPass: ['test_new (a.A)'], passToPass: ['test_old (a.A)'] };
    const judge = (output: string, exitCode: number | null, single = true) =>
      judgeInstance(tests, { output, exitCode, timedOut: false, single, junit: null }, django).verdict;
    const passed = 'test_new (a.A) ... ok\ntest_old (a.A) ... ok\n';
    test.each<[string, string, number | null, string]>([
      ['honest', passed, 0, 'resolved'],
      ['the exit code disagrees', passed, 1, 'unresolved'],
      ['killed', passed, null, 'unresolved'],
      ['two outcomes for one test', `test_new (a.A) ... FAIL\n${passed}other (a.A) ... FAIL\n`, 1, 'unresolved'],
      ['failures, yet exit code 0', `${passed}other (a.A) ... FAIL\n`, 0, 'unresolved'],
    ])('%s', (_, output, exitCode, verdict) => expect(judge(output, exitCode)).toBe(verdict));

    test('the exit code of the last of several commands says nothing of the others', () => {
      expect(judge(`${passed}other (a.A) ... FAIL\n`, 0, false)).toBe('resolved');
      expect(judge(passed, 1, false)).toBe('unresolved');
    });
  });
});
