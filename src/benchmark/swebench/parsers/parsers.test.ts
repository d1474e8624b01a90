import { describe, expect, test } from 'vitest';
import { isPytest, parserOf } from './registry.ts';

const parse = (logParser: string, log: string, about: { id?: string; version?: string } = {}) =>
  Object.fromEntries(parserOf({ logParser, id: 'acme__calc-1', version: '1.0', ...about })(log));

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
    { 'a::b': 'PASSED', c: 'FAILED' },
  ],
])('%s', (name, log, statuses) => {
  expect(parse(name, log)).toEqual(statuses);
});

test.each<[string, string, Record<string, string>]>([
  [
    'parse_log_redis',
    '[ok]: expires (12 ms)\n[err]: evicts in tests/unit/a.tcl\n[skip]: big one\n[ignore]: other: why\n[notice]: x',
    { expires: 'PASSED', evicts: 'FAILED', 'big one': 'SKIPPED', 'other: why': 'SKIPPED' },
  ],
  [
    'parse_log_jq',
    '  PASS: tests/jqtest\nFAIL: tests/shtest\n# PASS:  1',
    { 'tests/jqtest': 'PASSED', 'tests/shtest': 'FAILED' },
  ],
  [
    'parse_log_micropython_test',
    'pass  basics/a.py\nFAIL  basics/b.py\nskip  basics/c.py\n3 tests performed',
    { 'basics/a.py': 'PASSED', 'basics/b.py': 'FAILED', 'basics/c.py': 'SKIPPED' },
  ],
  [
    'parse_log_googletest',
    '[ RUN      ] a.b\n[       OK ] a.b (0 ms)\n1: [  FAILED  ] a.c (12 ms)\n[  FAILED  ] a.c',
    { 'a.b': 'PASSED', 'a.c': 'FAILED' },
  ],
  [
    'parse_log_doctest',
    'noise <doctest binary="x"><TestSuite><TestCase name="io"><SubCase name="a &lt; b"><Expression success="true"><Original>x &lt; 1</Original></Expression></SubCase><SubCase name="c"><Expression success="true"/><SubCase name="d"><Expression success="false"/></SubCase></SubCase><SubCase name="empty"/></TestCase></TestSuite></doctest> noise',
    { 'io > a < b': 'PASSED', 'io > c': 'FAILED', 'io > d': 'FAILED', 'io > empty': 'PASSED' },
  ],
  [
    'parse_log_maven',
    '+ mvn test -Dtest=A#one -q\n+ mvn test -Dtest=A#two\n[INFO] BUILD SUCCESS\n[INFO] BUILD FAILURE\n+ mvn test -Dtest=A#three',
    { 'A#one': 'PASSED', 'A#two': 'FAILED' },
  ],
  [
    'parse_log_ant',
    '    [junit] [PASS] a(B)\n    [junit] [FAIL] c(B)\n    [junit] [ERR] d(B)\n    [junit] Tests run: 3',
    { 'a(B)': 'PASSED', 'c(B)': 'FAILED', 'd(B)': 'FAILED' },
  ],
  [
    'parse_log_gradle_custom',
    '> Task :test\na.B > one PASSED\na.B > two\nWARNING: x\nPASSED\n  a.B > three FAILED\nPASSED\n> C > four PASSED',
    { 'a.B > one': 'PASSED', 'a.B > two': 'PASSED', 'a.B > three': 'FAILED' },
  ],
  [
    'parse_log_phpunit',
    ' ✔ Orphan\nCarbon (Tests\\Carbon)\n ✔ Adds days\n ✘ Subtracts\n   │ why (it failed)\n ↩ Later',
    {
      'None > Orphan': 'PASSED',
      'Carbon > Adds days': 'PASSED',
      'Carbon > Subtracts': 'FAILED',
      'Carbon > Later': 'SKIPPED',
    },
  ],
  [
    'parse_log_minitest',
    'TestA#test_b. = 0.01 s = .\nTestA#test_c. = 0.01 s = F\nTestA#test_d. = 0.00 s = E\n3 runs',
    { 'TestA#test_b': 'PASSED', 'TestA#test_c': 'FAILED', 'TestA#test_d': 'FAILED' },
  ],
  ['parse_log_cucumber', 'a.feature ......\nb.feature ..F', { 'a.feature': 'PASSED', 'b.feature': 'FAILED' }],
  [
    'parse_log_ruby_unit',
    '  test: adds:\t.: (0.01)\n  drops: F\n===\n  breaks: E\n  later: O\nFinished in: 1',
    { adds: 'PASSED', drops: 'FAILED', breaks: 'FAILED', later: 'SKIPPED' },
  ],
  [
    'parse_log_rspec_transformed_json',
    'A adds - passed\nA drops - failed\nA waits - pending',
    { 'A adds': 'PASSED', 'A drops': 'FAILED' },
  ],
  [
    'parse_log_jest',
    'PASS a.js\n    ✓ adds (2 ms)\n  ✕ drops\n  ○ skipped later\n  ✓ waits (1 s)',
    { adds: 'PASSED', drops: 'FAILED', 'skipped later': 'SKIPPED', waits: 'PASSED' },
  ],
  ['parse_log_jest_json', '[PASSED] a b\n[FAILED] a c\n[PENDING] a d', { 'a b': 'PASSED', 'a c': 'FAILED' }],
  [
    'parse_log_vitest',
    ' ✓ a.ts > adds 12ms\n × a.ts > drops\n ↓ a.ts > later [skipped]\n ✓ a.ts > waits 3m',
    { 'a.ts > adds': 'PASSED', 'a.ts > drops': 'FAILED', 'a.ts > later': 'SKIPPED', 'a.ts > waits': 'PASSED' },
  ],
  [
    'parse_log_carbon',
    'PASS a.js (5.1 s)\nFAIL b.js (12ms)\nPASS c.js\n PASS d.js',
    { 'a.js': 'PASSED', 'b.js': 'FAILED', 'c.js': 'PASSED' },
  ],
  ['parse_log_grommet', 'PASS a.js (5.1 s)\nFAIL b (x).js\n', { 'a.js': 'PASSED', 'b (x).js': 'FAILED' }],
  [
    'parse_log_calypso',
    '+ ./node_modules/.bin/jest a\nPASS a\n  sum\n    deep\n      ✓ adds (3ms)\n    ✕ drops\n  ● sum > drops\n    ✓ not this',
    { 'sum - deep - adds': 'PASSED', 'sum - deep - drops': 'FAILED' },
  ],
  [
    'parse_log_highlightjs',
    '  lang\n    ✓ js (12ms)\n    1) css\n  other\n    ✔ xml\n\n  2 passing (1s)\n  1) lang css:\n',
    { 'lang.js': 'PASSED', 'lang.css': 'FAILED', 'other.xml': 'PASSED' },
  ],
  [
    'parse_log_prismjs',
    '+ ./node_modules/.bin/mocha tests/run.js --reporter json --language=a\n{"passes":[{"fullTitle":"a b"}],"failures":[{"fullTitle":"a c"}]}\n+ ./node_modules/.bin/mocha tests/run.js --reporter json\n{ broken',
    { 'a b': 'PASSED', 'a c': 'FAILED' },
  ],
  [
    'parse_log_karma',
    ' ✔ before\nStarting browser Chrome\n  render\n    ✔ draws\n    ✖ clears\nSUMMARY:\n    ✔ after',
    { 'render > draws': 'PASSED', 'render > clears': 'FAILED' },
  ],
  ['parse_log_tap', 'ok 1 a b\nnot ok 2 c\n# tests 2', { 'a b': 'PASSED', c: 'FAILED' }],
  [
    'parse_log_quarto_cli',
    '[smoke] > render /tmp/ab.qmd ... \u001b[32mok\u001b[0m\n[unit] > x ... \u001b[31mFAILED\u001b[0m\n[unit] > silent\n[smoke] > render /tmp/cd.qmd ... \u001b[32mok\nERRORS\n[unit] > y ... \u001b[32mok',
    {
      '[smoke] > render /tmp/0': 'PASSED',
      '[smoke] > render /tmp/1': 'PASSED',
      '[unit] > x': 'FAILED',
      '[unit] > silent': 'FAILED',
    },
  ],
  [
    'parse_log_eslint',
    '  1) rules no-x\n       valid:\n     AssertionError: a\n  2) other:\n     TypeError: b\n',
    { 'rules no-x valid:': 'FAILED', 'other:': 'FAILED' },
  ],
  [
    'parse_log_bpmn_js',
    'HeadlessChrome 80.0.3987 (Linux 0.0.0) draws arrows FAILED\nChrome Headless 99.1 (Linux x86_64) moves FAILED\n',
    { 'draws arrows ': 'FAILED', 'moves ': 'FAILED' },
  ],
  [
    'parse_log_openlayers',
    'Chrome Headless 99.1 (Linux x86_64) ol.Map  draws FAILED\ncase icon: mismatch 0.1\n  1) ol\n      parses:\n     Error: x\n',
    { 'ol.Map draws': 'FAILED', icon: 'FAILED', 'ol parses:': 'FAILED' },
  ],
  [
    'parse_log_chart_js',
    '\u001b[31mChrome 99.1 (Linux x86_64) bar draws FAILED\u001b[0m\n',
    { 'bar draws ': 'FAILED' },
  ],
  ['parse_log_marked', '1) renders lists \n  1) not this\n3 specs, 1 failure', { 'renders lists': 'FAILED' }],
  [
    'parse_log_p5js',
    'printed {\n  1) no: x\n}\n<b>2) no: x</b>\n  3) color\n       mixes:\n     Error\n  4) flat\n shape: no\n[1]',
    { 'color:mixes': 'FAILED' },
  ],
])('%s, beyond Python', (name, log, statuses) => {
  expect(parse(name, log)).toEqual(statuses);
});

test('some parsers follow the version or the instance', () => {
  const next = ' xvfb-run x\nStarting browser Chrome\n  Button\n    ✓ clicks\n    ✗ drags\nTOTAL: 2\n    ✓ no';
  expect(parse('parse_log_next', next)).toEqual({ 'Button - clicks': 'PASSED', 'Button - drags': 'FAILED' });
  const cypress = '  Running:  a.js  (1 of 1)\n\n\n  Button\n    ✓ clicks (20ms)\n    1) drags\n';
  expect(parse('parse_log_next', cypress, { version: '1.27' })).toEqual({
    'Button: clicks': 'PASSED',
    'Button: drags': 'FAILED',
  });
  const mocha = 'running 3 test files\naudit\n  seo\n    ✔ title (3ms)\n    1) robots\n  2 passing\n    ✔ no';
  expect(parse('parse_log_lighthouse', mocha, { version: '10.0' })).toEqual({
    'seo - title': 'PASSED',
    'seo - robots': 'FAILED',
  });
  expect(parse('parse_log_lighthouse', 'PASS a.js (1.5 s)', { version: '5.1' })).toEqual({ 'a.js': 'PASSED' });
  const json =
    '+ ./node_modules/.bin/mocha --reporter json\n{\n"passes": [\n{"fullTitle": "a",\n}],\n"failures": [\n{"fullTitle": "b",\n}],\n}';
  expect(parse('parse_log_lighthouse', json.replaceAll('{"full', '"full'), { version: '2.4' })).toEqual({
    a: 'PASSED',
    b: 'FAILED',
  });
  const jest = '  ✓ a\n[PASSED] b';
  expect(parse('parse_log_immutable_js', jest, { id: 'immutable-js__immutable-js-2006' })).toEqual({ a: 'PASSED' });
  expect(parse('parse_log_immutable_js', jest, { id: 'immutable-js__immutable-js-2005' })).toEqual({ b: 'PASSED' });
  const jekyll = 'T#a. = 0.1 s = .\nb.feature ..F';
  expect(parse('parse_log_jekyll', jekyll, { id: 'jekyll__jekyll-9141' })).toEqual({ 'T#a': 'PASSED' });
  expect(parse('parse_log_jekyll', jekyll, { id: 'jekyll__jekyll-8761' })).toMatchObject({ 'b.feature': 'FAILED' });
});

test('an unknown parser is named', () => {
  expect(() => parse('parse_log_cobol', '')).toThrow('there is no parser parse_log_cobol');
  expect(() => parse('constructor', '')).toThrow('there is no parser constructor');
});

test('pytest reports out of band, other runners do not', () => {
  expect(isPytest('parse_log_xarray')).toBe(true);
  expect(isPytest('parse_log_django')).toBe(false);
});

describe('logs are read as Python reads them', () => {
  const read = (logParser: string, log: string) => [...parserOf({ logParser, id: 'a__b-1', version: '1' })(log)];

  test('with universal newlines: CRLF, and progress that returns to the start of its line', () => {
    const log = 'collecting ...\rcollected 2 items\r\nPASSED a.py::x\r\nrunning 50%\rFAILED a.py::y - boom\r\n';
    for (const parser of ['parse_log_pytest', 'parse_log_pytest_v2', 'parse_log_pytest_options'])
      expect(read(parser, log)).toEqual([
        ['a.py::x', 'PASSED'],
        ['a.py::y', 'FAILED'],
      ]);
    expect(read('parse_log_gotest', '=== RUN A\r\n--- PASS: A (0.00s)\r\n')).toEqual([['A', 'PASSED']]);
    expect(read('parse_log_cargo', '10%\rtest a::b ... ok\r\n')).toEqual([['a::b', 'PASSED']]);
  });

  test.each([
    ['parse_log_jest', '✓ shows a\u2028b here (3 ms)\n', 'shows a\u2028b here'],
    ['parse_log_vitest', '✓ shows a\u2029b here 3ms\n', 'shows a\u2029b here'],
    ['parse_log_tap', 'ok 1 a\u2028b\n', 'a\u2028b'],
    ['parse_log_gotest', '--- PASS: A/a\u2028b (0.00s)\n', 'A/a\u2028b'],
    ['parse_log_phpunit', 'Suite (A)\n ✔ a\u2028b\n', 'Suite > a\u2028b'],
    ['parse_log_minitest', 'A#a\u2028b. = 0.1 s = .\n', 'A#a\u2028b'],
    ['parse_log_gradle_custom', 'A > a\u2028b PASSED\n', 'A > a\u2028b'],
    ['parse_log_rspec_transformed_json', 'a\u2028b - passed\n', 'a\u2028b'],
  ])('%s does not stop at U+2028', (parser, log, name) => {
    expect(read(parser, log)).toEqual([[name, 'PASSED']]);
  });
});
