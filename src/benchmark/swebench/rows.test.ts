import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectPath } from '../../config/project.ts';
import { parseRow } from './row.ts';
import { fetchRows, readRows } from './sources.ts';

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
