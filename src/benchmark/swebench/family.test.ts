import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../environment/project.ts';
import { appliedTo, readPatch } from '../../model/git-patch.ts';
import { kindOf } from '../kinds.ts';
import { pythonList } from './instance/columns.ts';
import { officialLog, officialReport } from './instance/official.ts';
import { untimed } from './instance/rebench.ts';
import { parseRow } from './instance/row.ts';
import { isMarked, testsOnly } from './instance/script.ts';
import { reversed } from './instance/smith.ts';
import { readRows } from './instance/sources.ts';
import { parserOf } from './parsers/registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'huxley-family-'));
afterAll(() => rmSync(folder, { recursive: true }));
const published = (name: string) =>
  JSON.parse(readFileSync(projectPath('test', 'fixtures', 'swebench', 'family', `${name}.json`), 'utf8'));

const change = (path: string) => `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+b\n`;
const common = {
  repo: 'acme/calc',
  base_commit: 'abcdef1',
  problem_statement: '"It \\"breaks\\"."',
  patch: change('calc.py'),
  test_patch: change('test/a.js'),
};
const pro = {
  ...common,
  repo: 'Acme/Calc',
  instance_id: 'instance_Acme__Calc-0123abc-vnan',
  requirements: '"- Be right."',
  interface: 'No new interfaces.',
  repo_language: 'js',
  fail_to_pass: `["test/a.js | it's new", 'test/a.js | says "x"']`,
  pass_to_pass: "['test/a.js | old\\n']",
  issue_specificity: '["major_bug"]',
  issue_categories: '[]',
  before_repo_set_cmd: 'git reset --hard abcdef1\ngit clean -fd \ngit checkout 0123abcd -- test/a.js',
  selected_test_files_to_run: '["test/a.js", "test/b.js"]',
  dockerhub_tag: 'acme.calc-Acme__Calc-0123abc',
};
const scripts = { run_script: 'npx mocha "$@"\n', parser: 'print(1)\n' };
const multi = {
  org: 'cli',
  repo: 'cli',
  number: 10388,
  state: 'closed',
  title: 'Fix',
  body: 'closes',
  base: { label: 'cli:trunk', ref: 'trunk', sha: 'abcdef1' },
  resolved_issues: [{ number: 1, title: 'It breaks', body: 'Badly.' }],
  fix_patch: change('a.go'),
  test_patch: change('a_test.go'),
  fixed_tests: { TestNew: { run: 'NONE', test: 'FAIL', fix: 'PASS' } },
  p2p_tests: { TestOld: { run: 'PASS', test: 'PASS', fix: 'PASS' } },
  f2p_tests: { TestNew: { run: 'NONE', test: 'FAIL', fix: 'PASS' } },
  s2p_tests: {},
  n2p_tests: { 'TestNew/sub': { run: 'NONE', test: 'NONE', fix: 'PASS' } },
  run_result: { passed_count: 1 },
};
const NONE = { FAIL_TO_PASS: '[]', PASS_TO_PASS: '["a"]' };
const live = {
  ...common,
  ...NONE,
  instance_id: 'acme__calc-8',
  docker_image: 'x',
  test_cmds: ['pytest'],
  log_parser: 'pytest',
};
const v5 = {
  ...common,
  ...NONE,
  instance_id: 'acme__calc-9',
  image: 'x',
  eval_script: `: '>>>>> Start Test Output'\npytest\n: '>>>>> End Test Output'\n`,
  log_parser: 'parse_log_pytest',
};
const rebench = {
  ...common,
  instance_id: 'acme__calc-7',
  version: '1.0',
  environment_setup_commit: 'abcdef1',
  test_patch: `${change('tests/test_a.py')}diff --git a/tests/test_old.py b/tests/test_old.py\ndeleted file mode 100644\n--- a/tests/test_old.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n`,
  FAIL_TO_PASS: ['tests/test_a.py::test_new'],
  PASS_TO_PASS: [],
  install_config: {
    env_vars: null,
    install: 'pip install -e .[dev]',
    log_parser: 'parse_log_pytest',
    pre_install: null,
    python: '3.9',
    test_cmd: 'pytest --no-header -rA --tb=line --color=no',
  },
  meta: {},
};

describe('rows as they are published', () => {
  test('SWE-bench Pro', () => {
    const row = parseRow({ ...pro, ...scripts }, 'row');
    expect(row).toMatchObject({
      image: 'jefzda/sweap-images:acme.calc-Acme__Calc-0123abc',
      workdir: '/app',
      language: 'js',
      failToPass: ["test/a.js | it's new", 'test/a.js | says "x"'],
      passToPass: ['test/a.js | old\n'],
      program: { kind: 'pro', source: 'print(1)\n' },
      evalType: 'exact',
      statement: 'It "breaks".\n\nRequirements:\n- Be right.\n\nNew interfaces introduced:\nNo new interfaces.',
    });
    expect(row.evalScript).toContain('bash /tmp/run_script.sh test/a.js,test/b.js\n');
    expect(testsOnly(row.evalScript, false, true)).toContain('exec >&3 2>&4 3>&- 4>&-');
    const { dockerhub_tag: _, ...untagged } = { ...pro, ...scripts };
    expect(parseRow(untagged, 'row').image).toBe(row.image);
  });

  test('SWE-rebench', () => {
    const row = parseRow(rebench, 'row');
    expect(row).toMatchObject({
      image: 'swerebench/sweb.eval.x86_64.acme_1776_calc-7',
      logParser: 'parse_log_pytest',
      evalType: 'pass_and_fail',
    });
    expect(row.evalScript).toContain('\nLANG=C.UTF-8 LC_ALL=C.UTF-8 pip install -e .[dev]\n');
    expect(row.evalScript).toContain('LC_ALL=C.UTF-8 pytest --no-header -rA --tb=line --color=no tests/test_a.py\n');
    expect(row.evalScript).toContain('git checkout abcdef1 tests/test_a.py tests/test_old.py\n');
  });

  test('SWE-rebench V2', () => {
    const row = parseRow(published('rebench-v2'), 'row');
    expect(row).toMatchObject({
      image: 'docker.io/swerebenchv2/unidata-netcdf-c:1925-ad6bff3',
      workdir: '/netcdf-c',
      logParser: 'parse_log_jq',
      language: 'c',
      evalType: 'exact',
      untimed: true,
      apart: true,
    });
    expect(row.program).toBeUndefined();
    expect(row.evalScript).toContain(": '>>>>> Start Test Output'\nmake check\n");
    const own = { ...published('rebench-v2').install_config, log_parser: 'parse_log_lein' };
    const lein = { ...published('rebench-v2'), install_config: own };
    expect(() => parseRow(lein, 'row')).toThrow(
      'row: install_config.log_parser: there is no parser here that reads what parse_log_lein does',
    );
    expect(parseRow({ ...lein, log_parsers: 'x = 1' }, 'row').program).toEqual({
      kind: 'rebench',
      source: 'x = 1',
      name: 'parse_log_lein',
    });
  });

  test('SWE-smith', () => {
    const raw = published('smith');
    const row = parseRow(raw, 'row');
    expect(row).toMatchObject({
      image: 'jyangballin/swesmith.x86_64.pandas-dev_1776_pandas.95280573',
      logParser: 'parse_log_smith',
      evalType: 'smith',
      bug: raw.patch,
      hidden: ['pandas/tests/indexing/test_datetime.py'],
    });
    expect(row.evalScript).toContain('--tb=no --verbose pandas/tests/indexing/test_datetime.py\n');
    const go = { ...raw, FAIL_TO_PASS: ['TestRoute'] };
    expect(() => parseRow(go, 'row')).toThrow('row: FAIL_TO_PASS: "TestRoute": no row says how these tests are run');
  });

  test('Multi-SWE-bench', () => {
    expect(parseRow(multi, 'row')).toMatchObject({
      id: 'cli__cli-10388',
      image: 'mswebench/cli_m_cli:pr-10388',
      workdir: '/home/cli',
      failToPass: ['TestNew', 'TestNew/sub'],
      passToPass: ['TestOld'],
      published: { folder: '/home', fix: '/home/fix.patch' },
      statement: 'It breaks\n\nBadly.',
    });
    expect(() => parseRow({ ...multi, org: 'alibaba', repo: 'fastjson2' }, 'row')).toThrow(
      'row: repo: rows of Multi-SWE-bench do not include a log parser, and nothing here reads the tests of alibaba/fastjson2',
    );
  });

  test('tables by column, as datasets hold them', () => {
    const columns = {
      ...multi,
      resolved_issues: { number: [1], title: ['It breaks'], body: ['Badly.'] },
      p2p_tests: { name: ['TestOld'], run: ['PASS'], test: ['PASS'], fix: ['PASS'] },
      f2p_tests: { name: ['TestNew', 'TestNew/sub'], run: [], test: [], fix: [] },
      n2p_tests: { name: [], run: [], test: [], fix: [] },
    };
    expect(parseRow(columns, 'row')).toEqual(parseRow(multi, 'row'));
    const named = { ...pro, ...scripts, docker_image: 'mirror.example/sweap-images:x' };
    expect(parseRow(named, 'row').image).toBe('mirror.example/sweap-images:x');
  });

  test('every script marks its tests', () => {
    for (const row of [{ ...pro, ...scripts }, rebench, published('rebench-v2'), published('smith'), multi])
      expect(isMarked(parseRow(row, 'row').evalScript)).toBe(true);
  });

  test.each<[string, object, string]>([
    ['no script', pro, 'row: run_script: is missing'],
    ['no parser', { ...pro, run_script: 'x' }, 'row: parser: is missing'],
    [
      'a set-up of another kind',
      { ...pro, ...scripts, before_repo_set_cmd: 'npm install' },
      'row: before_repo_set_cmd: ends with "npm install"',
    ],
    [
      'tests that the test patch does not bring',
      { ...pro, ...scripts, before_repo_set_cmd: 'git checkout 0123abcd -- test/a.js test/z.js' },
      'row: before_repo_set_cmd: takes test/z.js from a later commit',
    ],
    ['no image', { ...rebench, environment_setup_commit: undefined, image_name: '' }, 'row: image_name: '],
    ['no command', { ...rebench, install_config: { log_parser: 'x' } }, 'row: install_config.test_cmd: '],
    ['no commit', { ...multi, base: {} }, 'row: base.sha: '],
    ...(['p2p_tests', 'f2p_tests', 's2p_tests', 'n2p_tests'] as const).flatMap((name): [string, object, string][] => [
      [`no ${name}`, { ...multi, [name]: undefined }, `row: ${name}: `],
      [`${name} that are null`, { ...multi, [name]: null }, `row: ${name}: `],
    ]),
    ...Object.entries({
      'Multi-SWE-bench': { ...multi, f2p_tests: {}, n2p_tests: {} },
      'Multi-SWE-bench by column': { ...multi, f2p_tests: { name: [] }, n2p_tests: { name: [] } },
      'SWE-bench Pro': { ...pro, ...scripts, fail_to_pass: '[]' },
      'SWE-rebench': { ...rebench, FAIL_TO_PASS: [] },
      'SWE-rebench V2': { ...published('rebench-v2'), FAIL_TO_PASS: [] },
      'SWE-bench-Live': { ...live, FAIL_TO_PASS: [] },
      'SWE-bench 5': { ...v5, FAIL_TO_PASS: '[]' },
      'SWE-bench': { ...common, repo: 'django/django', instance_id: 'django__django-1', version: '3.0', ...NONE },
    }).map(([name, row]): [string, object, string] => [
      `no test to mend in ${name}`,
      row,
      'row: names no test that fails without the fix',
    ]),
  ])('%s is refused', (_, row, message) => expect(() => parseRow(row, 'row')).toThrow(message));
});

test('scripts beside a file of rows belong to it', async () => {
  expect(kindOf('bench/rows.jsonl').protects('bench/rows.jsonl')).toEqual([
    'bench/rows.jsonl',
    'bench/run_scripts/**',
    'bench/log_parsers.py',
  ]);
  const scriptsFolder = join(folder, 'run_scripts', pro.instance_id);
  mkdirSync(scriptsFolder, { recursive: true });
  writeFileSync(join(scriptsFolder, 'run_script.sh'), 'run');
  writeFileSync(join(scriptsFolder, 'parser.py'), 'read');
  writeFileSync(join(folder, 'log_parsers.py'), 'module');
  const path = join(folder, 'rows.jsonl');
  writeFileSync(path, `\ufeff${[pro, published('rebench-v2')].map((row) => JSON.stringify(row)).join('\r\n')}\r\n`);
  const { instances, problems } = await readRows(path);
  expect(problems).toEqual([]);
  expect(instances.map(({ program }) => program?.source)).toEqual(['read', 'module']);
});

test('outcomes by the rules of each', () => {
  const report = (evalType: 'exact' | 'smith', log: string) =>
    officialReport({ failToPass: ['a.py::new'], passToPass: ['a.py::old'], evalType }, officialLog(log, 0), (text) =>
      parserOf({ logParser: 'parse_log_smith', id: 'x', version: '' })(text),
    ).resolved;
  expect(report('exact', 'a.py::new PASSED\na.py::old PASSED [100%]')).toBe(true);
  expect(report('exact', 'a.py::new PASSED\na.py::old SKIPPED')).toBe(false);
  expect(report('exact', 'a.py::new PASSED')).toBe(false);
  expect(report('smith', 'a.py::new PASSED')).toBe(true);
  expect(report('smith', 'a.py::new PASSED\na.py::old ERROR')).toBe(false);
});

test('Go tests as Multi-SWE-bench reads them', () => {
  const log = '--- FAIL: TestA (0.0s)\n    --- PASS: TestA/one (0.0s)\n--- PASS: TestA (0.1s)\n--- PASS: TestB (0.1s)';
  const read = (logParser: string) => Object.fromEntries(parserOf({ logParser, id: 'x', version: '' })(log));
  expect(read('parse_log_multi_go')).toEqual({ TestA: 'FAILED', 'TestA/one': 'PASSED', TestB: 'PASSED' });
  expect(read('parse_log_multi_go_parents')).toEqual({ TestA: 'FAILED', TestB: 'PASSED' });
});

test('names without the times that runners put into them', () => {
  expect(['a (12 ms)', 'b [1.5s]', 'c in 3.25 msec ok', 'd (two)'].map(untimed)).toEqual(['a', 'b', 'c ok', 'd (two)']);
});

test('lists as Python writes them', () => {
  expect(pythonList(`['a\\'b', "c'd", 'e\\\\n\\x41\\u00e9']`)).toEqual(["a'b", "c'd", 'e\\nAé']);
  for (const text of ['', '{}', "['a' 'b']", "['a", '[1]', 'os.system("x")']) expect(pythonList(text)).toBeUndefined();
  const repr = (text: string) =>
    `'${text.replace(/[\\'\n\r]/g, (one) => ({ '\\': '\\\\', "'": "\\'", '\n': '\\n', '\r': '\\r' })[one]!)}'`;
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (list) => {
      expect(pythonList(`[${list.map(repr).join(', ')}]`)).toEqual(list);
    }),
  );
});

test('a patch undone gives back what was there', () => {
  const line = fc.constantFrom('a', 'b', '--- x', '+++ y', '@@ -1 +1 @@', '');
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), fc.array(line, { minLength: 1 }), (before, after) => {
      const patch = `diff --git a/x b/x\nindex 1234567..89abcde 100644\n--- a/x\n+++ b/x\n@@ -1,${before.length} +1,${after.length} @@\n${before.map((text) => `-${text}\n`).join('')}${after.map((text) => `+${text}\n`).join('')}`;
      const undone = reversed(patch);
      expect(appliedTo(`${after.join('\n')}\n`, readPatch(undone)[0]!)).toBe(`${before.join('\n')}\n`);
      expect(reversed(undone)).toBe(patch);
    }),
  );
  const made = 'diff --git a/x b/x\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+b\n';
  expect(reversed(made)).toBe(
    'diff --git a/x b/x\ndeleted file mode 100644\nindex 1..0\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n',
  );
});
