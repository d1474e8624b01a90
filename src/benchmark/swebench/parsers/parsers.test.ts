import { expect, test } from 'vitest';
import { isPytest, parserOf } from './registry.ts';

test.each<[string, string, Record<string, string>]>([
  [
    'parse_log_pytest',
    'PASSED a.py::t1\nFAILED a.py::t2 - assert 1 == 2\nSKIPPED [3] a.py:9: why\nPASSED [100%]\nERROR a.py::t4\nnoise PASSED',
    { 'a.py::t1': 'PASSED', 'a.py::t2': 'FAILED', '[100%]': 'PASSED', 'a.py::t4': 'ERROR' },
  ],
  [
    'parse_log_requests',
    'PASSED a.py::t[/home/x/b.txt]\nPASSED a.py::u[//host/x]\nFAILED a.py::v[1]',
    { 'a.py::t[/b.txt]': 'PASSED', 'a.py::u[//host/x]': 'PASSED', 'a.py::v[1]': 'FAILED' },
  ],
  [
    'parse_log_sphinx',
    '\u001b[32mPASSED\u001b[0m a.py::t[a b]\nFAILED a.py::u - x - y\nb.py::old PASSED',
    { 'a.py::t[a b]': 'PASSED', 'a.py::u': 'FAILED', 'b.py::old': 'PASSED' },
  ],
  ['parse_log_matplotlib', 'PASSED a.py::t[MouseButton.LEFT]', { 'a.py::t[1]': 'PASSED' }],
  [
    'parse_log_seaborn',
    'a.py::t PASSED [ 5%]\nFAILED a.py::u - x\nPASSED a.py::v',
    { 'a.py::t': 'PASSED', 'a.py::u': 'FAILED', 'a.py::v': 'PASSED' },
  ],
  [
    'parse_log_django',
    'test_a (m.A) ... ok\ntest_b (m.A) ... skipped "why"\ntest_c (m.A) ... FAIL\nERROR: test_d (m.A)\ntest_e (m.A) ... Testing against Django\nok',
    {
      'test_a (m.A)': 'PASSED',
      'test_b (m.A)': 'SKIPPED',
      'test_c (m.A)': 'FAILED',
      test_d: 'ERROR',
      'test_e (m.A)': 'PASSED',
    },
  ],
  [
    'parse_log_sympy',
    'test_a ok\ntest_b F\ntest_c E\n________ sympy/core/tests/test_x.py:test_b ________',
    { 'sympy/core/tests/test_x.py:test_b': 'FAILED', test_a: 'PASSED', test_b: 'FAILED', test_c: 'ERROR' },
  ],
  [
    'parse_log_gotest',
    '=== RUN A\n--- PASS: A (0.00s)\n    --- FAIL: A/b_c (1.20s)\n--- SKIP: D (0.00s)',
    { A: 'PASSED', 'A/b_c': 'FAILED', D: 'SKIPPED' },
  ],
  [
    'parse_log_cargo',
    'test a::b ... ok\ntest c ... FAILED\ntest d ... ignored, slow',
    { 'a::b': 'PASSED', c: 'FAILED', d: 'SKIPPED' },
  ],
])('%s', (name, log, statuses) => {
  expect(Object.fromEntries(parserOf(name)(log))).toEqual(statuses);
});

test('an unknown parser is named', () => {
  expect(() => parserOf('parse_log_cobol')).toThrow('there is no parser parse_log_cobol');
  expect(() => parserOf('constructor')).toThrow('there is no parser constructor');
});

test('pytest reports out of band, other runners do not', () => {
  expect(isPytest('parse_log_xarray')).toBe(true);
  expect(isPytest('parse_log_django')).toBe(false);
});
