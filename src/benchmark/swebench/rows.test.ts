import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../environment/project.ts';
import { parseRow } from './instance/row.ts';
import { testsOnly } from './instance/script.ts';
import { fetchRows, readRows } from './instance/sources.ts';

const folder = mkdtempSync(join(tmpdir(), 'huxley-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));

const testPatch = `diff --git a/tests/queries/test_q.py b/tests/queries/test_q.py
--- a/tests/queries/test_q.py
+++ b/tests/queries/test_q.py
@@ -1 +1 @@
-a
+b
diff --git a/tests/queries/data.json b/tests/queries/data.json
--- a/tests/queries/data.json
+++ b/tests/queries/data.json
@@ -1 +1 @@
-1
+2
`;
const classic = {
  instance_id: 'django__django-11',
  repo: 'django/django',
  base_commit: 'abcdef1',
  problem_statement: 'It breaks.',
  hints_text: '',
  created_at: '2020-01-01T00:00:00Z',
  patch: 'diff --git a/x b/x\n',
  test_patch: testPatch,
  version: '3.0',
  FAIL_TO_PASS: '["test_a (queries.test_q.T)"]',
  PASS_TO_PASS: '[]',
  environment_setup_commit: 'abcdef2',
};
const v5 = {
  ...classic,
  FAIL_TO_PASS: ['test_a (queries.test_q.T)'],
  image: 'registry.example/x@sha256:1',
  eval_script: ": '>>>>> Start Test Output'\nrun\n: '>>>>> End Test Output'\n",
  log_parser: 'parse_log_django',
};

test('a classic row implies its image, script and parser', () => {
  const row = parseRow(classic, 'row');
  expect(row).toMatchObject({
    image: 'swebench/sweb.eval.x86_64.django_1776_django-11:latest',
    logParser: 'parse_log_django',
    failToPass: ['test_a (queries.test_q.T)'],
    passToPass: [],
    evalType: 'pass_and_fail',
  });
  expect(row.evalScript).toContain(
    './tests/runtests.py --verbosity 2 --settings=test_sqlite --parallel 1 queries.test_q\n',
  );
});

test('a version 5 row brings them', () => {
  expect(parseRow(v5, 'row')).toMatchObject({ image: 'registry.example/x@sha256:1', evalScript: v5.eval_script });
});

test.each<[string, object, string]>([
  ['no id', { ...v5, instance_id: undefined }, 'row: instance_id: '],
  ['tests that are no JSON', { ...classic, FAIL_TO_PASS: '[' }, 'row: FAIL_TO_PASS: is neither a list nor JSON of one'],
  ['a script without markers', { ...v5, eval_script: 'run' }, 'row: eval_script: does not mark'],
  ['an id that is a path', { ...v5, instance_id: '../x' }, 'row: instance_id: '],
  ['a classic row of an unknown repository', { ...classic, repo: 'a/b' }, 'row: repo: a classic row of a/b'],
])('%s is refused', (_, row, message) => {
  expect(() => parseRow(row, 'row')).toThrow(message);
});

test('a JSONL file: broken rows are named, the others go on', async () => {
  const path = join(folder, 'rows.jsonl');
  writeFileSync(
    path,
    `${JSON.stringify(v5)}\n\nnot json\n${JSON.stringify({ ...v5, repo: 'x' })}\n${JSON.stringify(v5)}\n`,
  );
  const { instances, problems } = await readRows(path);
  expect(instances.map(({ id }) => id)).toEqual(['django__django-11']);
  expect(problems.map(({ message }) => message.replace(`${folder}/`, ''))).toEqual([
    expect.stringContaining('rows.jsonl:3: cannot be read'),
    'rows.jsonl:4: repo: must be owner/name',
    'rows.jsonl:5: instance_id: django__django-11 came before',
  ]);
});

test.each([
  ['not json', 'is not JSON: '],
  ['{}', 'holds no list of rows'],
])('a JSON file that holds %s is refused with its name', async (text, message) => {
  const path = join(folder, 'rows.json');
  writeFileSync(path, text);
  await expect(readRows(path)).rejects.toMatchObject({
    code: 'suite.source',
    message: expect.stringContaining(`${path}: ${message}`),
  });
});

test('a task repository', async () => {
  const { instances, problems } = await readRows(projectPath('test', 'fixtures', 'swebench', 'task-repo'));
  expect(problems).toEqual([]);
  expect(instances).toHaveLength(1);
  expect(instances[0]).toMatchObject({ id: 'acme__calc-1', image: 'huxley-test/acme-calc', repo: 'acme/calc' });
  await expect(readRows(join(folder, 'absent'))).rejects.toThrow('is neither a file nor a folder');
  await expect(readRows(folder)).rejects.toThrow('has no tasks/ folder');
});

test('a dataset, page by page', async () => {
  const rows = Array.from({ length: 130 }, (_, i) => ({ row: { ...v5, instance_id: `django__django-${i}` } }));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://localhost');
    asked.push(`${url.pathname} ${url.searchParams.get('dataset')} ${url.searchParams.get('offset')}`);
    const offset = Number(url.searchParams.get('offset'));
    response.end(JSON.stringify({ rows: rows.slice(offset, offset + 100), num_rows_total: rows.length, features: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { instances } = await fetchRows('verified', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  server.close();
  expect(instances).toHaveLength(130);
  expect(asked).toEqual(['/rows SWE-bench/SWE-bench_Verified 0', '/rows SWE-bench/SWE-bench_Verified 100']);
  await expect(fetchRows('other')).rejects.toThrow('swe-bench/other: is unknown');
});

describe('classic rows bring their published set-up', () => {
  const script = (over: object) => parseRow({ ...classic, ...over }, 'row').evalScript;
  test.each([
    ['django/django', '4.2', ['python -m pip install -e .'], ['LC_ALL', 'setup.py']],
    [
      'django/django',
      '3.1',
      ['export LANG=en_US.UTF-8', 'export LC_ALL=en_US.UTF-8', 'python -m pip install -e .'],
      ['PYTHONIOENCODING'],
    ],
    [
      'django/django',
      '2.2',
      ['export LC_ALL=en_US.UTF-8', 'export PYTHONIOENCODING=utf8', 'python setup.py install'],
      ['pip install'],
    ],
    ['django/django', '1.9', ['./tests/runtests.py --verbosity 2 queries.test_q'], ['test_sqlite']],
    ['django/django', '1.10', ['--settings=test_sqlite'], []],
    [
      'astropy/astropy',
      '4.3',
      ['python -m pip install -e .[test] --verbose', 'pytest -rA tests/'],
      ['console_output_style'],
    ],
    ['astropy/astropy', '1.3', ['-vv -o console_output_style=classic --tb=no'], []],
    ['scikit-learn/scikit-learn', '0.22', ['python -m pip install -v --no-use-pep517 --no-build-isolation -e .'], []],
    ['sphinx-doc/sphinx', '3.5', ['python -m pip install -e .[test]', 'tox --current-env -epy39 -v --'], []],
    ['psf/requests', '2.10', ['python -m pip install .'], []],
    ['matplotlib/matplotlib', '3.10', ['--no-build-isolation -e ".[dev]"'], []],
    ['matplotlib/matplotlib', '2.1', ['python setup.py build; python setup.py install'], []],
    ['mwaskom/seaborn', '0.13', ['python -m pip install -e .[dev]', 'pytest --no-header -rA'], []],
    ['sympy/sympy', '1.13', ['python -m pip install -e .', 'bin/test -C --verbose'], []],
  ])('%s %s', (repo, version, holds, lacks) => {
    const text = script({ repo, version });
    for (const line of holds) expect(text).toContain(line);
    for (const line of lacks) expect(text).not.toContain(line);
    expect(text.indexOf('install')).toBeLessThan(text.indexOf('git apply'));
  });

  test('names with blanks and quotes, new files, and a patch that holds the mark itself', () => {
    const odd = `diff --git "a/tests/it's \\303\\251.py" "b/tests/it's \\303\\251.py"\nnew file mode 100644\n--- /dev/null\n+++ "b/tests/it's \\303\\251.py"\n@@ -0,0 +1,2 @@\n+: '>>>>> Start Test Output'\n+EOF_114329324912\n`;
    const text = script({ repo: 'pallets/flask', test_patch: odd });
    expect(text).toContain("pytest -rA 'tests/it'\\''s é.py'\n");
    expect(text).toContain('git checkout abcdef1\n');
    expect(testsOnly(text).split('\n').slice(-6)).toEqual([
      'set -uxo pipefail',
      "pytest -rA 'tests/it'\\''s é.py'",
      'exit $?',
      '}',
      'main </dev/null',
      '',
    ]);
  });
});

describe('rows of SWE-bench-Live', () => {
  const live = {
    ...classic,
    repo: 'acme/live',
    instance_id: 'acme__live-7',
    version: undefined,
    FAIL_TO_PASS: ['tests/test_a.py::test_new'],
    PASS_TO_PASS: ['tests/test_a.py::test_old'],
    pull_number: '7',
    issue_numbers: ['6'],
    commit_urls: [],
    docker_image: 'starryzhang/sweb.eval.x86_64.acme_1776_live-7',
    rebuild_cmds: ['pip install -e .'],
    test_cmds: ['pytest -rA tests/test_a.py'],
    print_cmds: [],
    log_parser: 'pytest',
    difficulty: { files: 1, hunks: 2, lines: 3 },
  };

  test('bring image and commands', () => {
    const row = parseRow(live, 'row');
    expect(row).toMatchObject({
      id: 'acme__live-7',
      image: live.docker_image,
      logParser: 'parse_log_pytest',
      evalType: 'live',
    });
    const lines = row.evalScript.split('\n');
    expect(lines.indexOf('pip install -e .')).toBeLessThan(lines.indexOf(": '>>>>> Start Test Output'"));
    expect(lines.slice(-4)).toEqual([
      ": '>>>>> Start Test Output'",
      'pytest -rA tests/test_a.py',
      ": '>>>>> End Test Output'",
      '',
    ]);
    const { docker_image: _, rebuild_cmds: __, print_cmds: ___, ...early } = live;
    expect(parseRow(early, 'row').image).toBe('starryzhang/sweb.eval.x86_64.acme_1776_live-7');
  });

  const { log_parser: _, ...unnamed } = live;
  const program = 'def parser(log):\n  return {}';

  test('name their parser in either column, or bring a program', () => {
    expect(parseRow({ ...unnamed, parser: 'PyTest ' }, 'row').logParser).toBe('parse_log_pytest');
    for (const row of [
      { ...live, log_parser: program },
      { ...unnamed, parser: program },
    ])
      expect(parseRow(row, 'row').program).toEqual({ kind: 'live', source: program });
  });

  test('whose commands print the log are graded by what these print', () => {
    const { evalScript } = parseRow({ ...live, print_cmds: ['cat log.xml'] }, 'row');
    expect(evalScript.split('\n').slice(-8, -2)).toEqual([
      '{',
      'pytest -rA tests/test_a.py',
      '} >/tmp/tests.log 2>&1',
      'HUXLEY_CODE=$?',
      'cat log.xml',
      '(exit $HUXLEY_CODE)',
    ]);
  });

  test.each<[string, object, string]>([
    ['no parser', unnamed, 'row: log_parser: names no parser'],
    ['an unknown parser', { ...live, log_parser: 'mocha' }, 'row: log_parser: is neither pytest nor a program'],
    [
      'an image of Windows',
      { ...live, docker_image: 'starryzhang/sweb.eval.win.acme_1776_live-7' },
      'row: docker_image: starryzhang/sweb.eval.win.acme_1776_live-7 is an image of Windows',
    ],
  ])('are refused for %s', (_, row, message) => {
    expect(() => parseRow(row, 'row')).toThrow(message);
  });

  test('are refused for no commands', () =>
    expect(() => parseRow({ ...live, test_cmds: [] }, 'row')).toThrow('row: test_cmds: '));
});

describe('columns that change grading and are not read are named', () => {
  const assets = { test_patch: [{ path: 'expected.png', url: 'x' }] };
  test.each<[string, object]>([
    ['image_assets', { ...v5, image_assets: assets }],
    ['image_assets', { ...v5, image_assets: JSON.stringify(assets) }],
    ['test_assets', { ...v5, test_assets: ['expected.png'] }],
    ['docker_image', { ...classic, docker_image: 'x/y' }],
    ['before_repo_set_cmd', { ...classic, before_repo_set_cmd: 'git checkout x' }],
  ])('%s', (column, row) =>
    expect(() => parseRow(row, 'row')).toThrow(`row: ${column}: changes how the row is graded`),
  );

  test('not where they are empty, or show pictures of the statement alone', () => {
    for (const image_assets of ['{}', '', null, { problem_statement: ['https://x/y.png'] }, { test_patch: [] }])
      expect(() => parseRow({ ...v5, image_assets, test_assets: [] }, 'row')).not.toThrow();
  });
});
