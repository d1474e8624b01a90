import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'smol-toml';
import { afterAll, describe, expect, test } from 'vitest';
import { NO_PYTHON } from '../../../test/support/python.ts';
import { projectPath } from '../../environment/project.ts';
import { loadHarborTask } from '../harbor/format/load-task.ts';
import { officialLog, officialReport } from '../swebench/instance/official.ts';
import { parseRow } from '../swebench/instance/row.ts';
import { readRows } from '../swebench/instance/sources.ts';
import { parserOf } from '../swebench/parsers/registry.ts';
import { convertSuite } from './convert.ts';
import { fromInstance } from './from-swebench.ts';
import { type ConvertedTask, folderOf } from './harbor-task.ts';
import { gradePy, PARSERS } from './verifier.ts';

const folder = mkdtempSync(join(tmpdir(), 'huxley-convert-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written({ folder: name, files }: ConvertedTask): string {
  for (const { path, content } of files) {
    const target = join(folder, name, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  return join(folder, name);
}

const textOf = ({ files }: ConvertedTask, path: string) =>
  Buffer.from(files.find((file) => file.path === path)!.content).toString();

const classic = {
  instance_id: 'django__django-11',
  repo: 'django/django',
  base_commit: 'abcdef1',
  problem_statement: 'It breaks.',
  patch: 'diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n',
  test_patch: "diff --git a/it's.py b/it's.py\n--- a/it's.py\n+++ b/it's.py\n@@ -1 +1 @@\n-a\n+b\n",
  version: '3.0',
  FAIL_TO_PASS: '["test_a (queries.test_q.T)"]',
  PASS_TO_PASS: '[]',
};

test('rows become folders that are read again', async () => {
  const smith = JSON.parse(readFileSync(projectPath('test/fixtures/swebench/family/smith.json'), 'utf8'));
  for (const row of [classic, smith, { ...classic, instance_id: 'MONAI__MONAI-1' }]) {
    const converted = fromInstance(parseRow(row, 'row'), 'swe-bench/x');
    const task = await loadHarborTask(written(converted), converted.folder);
    expect(task.instruction).toBe(`${row.problem_statement}\n`);
    expect(
      task.steps
        .flatMap(({ solution }) => solution)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['gold.patch', 'solve.sh']);
    expect(parse(textOf(converted, 'task.toml'))).toMatchObject({
      metadata: { id: row.instance_id, language: 'python' },
    });
  }
});

test('an image goes without its history, and SWE-smith’s gets its bug and loses its tests', () => {
  const smith = JSON.parse(readFileSync(projectPath('test/fixtures/swebench/family/smith.json'), 'utf8'));
  const dockerfile = textOf(fromInstance(parseRow(smith, 'row'), 'x'), 'environment/Dockerfile');
  expect(dockerfile).toContain('RUN git apply /tmp/bug.patch');
  expect(dockerfile).toContain('rm -rf .git && git init');
  expect(dockerfile).toContain('rm -f -- pandas/tests/indexing/test_datetime.py');
});

test('what nothing in the image could grade is refused by name', async () => {
  const jest = parseRow(
    {
      ...classic,
      image: 'x',
      eval_script: ": '>>>>> Start Test Output'\nrun\n: '>>>>> End Test Output'\n",
      log_parser: 'parse_log_jest',
    },
    'row',
  );
  expect(() => fromInstance(jest, 'x')).toThrow('django__django-11: log_parser: parse_log_jest has no form that runs');
  const published = { ...parseRow(classic, 'row'), published: { folder: '/home', fix: '/home/fix.patch' } };
  expect(() => fromInstance(published, 'x')).toThrow('its image holds the fix as /home/fix.patch');
  await expect(convertSuite('harbor:x', {})).rejects.toThrow('is already in Harbor’s format');
  await expect(convertSuite('polyglot', {})).rejects.toThrow('has no form that another tool would grade alike');
  expect(
    folderOf(
      'instance_NodeBB__NodeBB-00c70ce7b0541cfc94afe567921d7668cdc8f4ac-v0123456789012345678901234567890123456789',
    ),
  ).toHaveLength(80);
});

test('katas become folders, those of a command are left out', async () => {
  const { tasks, problems } = await convertSuite('kata', { tasks: 'b*', base: 'base' });
  expect(problems).toEqual([]);
  for (const converted of tasks) expect((await loadHarborTask(written(converted), converted.folder)).id).toMatch(/^b/);
  expect(textOf(tasks[0]!, 'environment/Dockerfile')).toMatch(/^FROM base\n/);
  const commands = await convertSuite(projectPath('test/fixtures/command'), {});
  expect(commands.tasks.map((task) => task.folder)).toEqual(['python-score']);
  expect(commands.problems[0]!.message).toContain('runner: command reports in a format that no verifier here reads');
});

describe('the verifier judges logs as we do', () => {
  const names = ['a.py::one', 'a.py::two', 'a.py::cut[x y]', 'test_a (q.T)', 'test_b (q.T)', 'test_three'];
  const logs = [
    'PASSED a.py::one\nPASSED a.py::two\nSKIPPED [3] a.py:1: x\n',
    'FAILED a.py::one - boom\nPASSED a.py::two\nPASSED a.py::cut[x y]\n',
    'XFAIL a.py::one\nSKIPPED a.py::two\nERROR a.py::cut[x y]\n',
    'a.py::one PASSED [ 50%]\na.py::two FAILED\n',
    'test_a (q.T) ... ok\ntest_b (q.T) ... skipped "no"\n',
    'test_a (q.T) ... FAIL\nFAIL: test_a (q.T)\ntest_b (q.T) ... \nok\n',
    'test_a (q.T) ... Internal Server Error: /x/\nok\n',
    'test_three ok\n________ sympy/x.py:test_four ________\n',
    '--- PASS: test_three (0.0s)\n    --- FAIL: test_three/sub (0.0s)\n',
    '',
  ];
  const cases = PARSERS.flatMap((parser) =>
    logs.flatMap((log) =>
      (['pass_and_fail', 'exact', 'smith', 'live', 'fail_only'] as const).map((rule, i) => ({
        log,
        config: { kind: 'log', parser, rule, failToPass: [names[i]!], passToPass: [names[(i + 1) % names.length]!] },
      })),
    ),
  );

  test('by every parser and rule', ({ skip }) => {
    if (NO_PYTHON) skip(NO_PYTHON);
    const grade = join(folder, 'grade.py');
    writeFileSync(grade, gradePy());
    const program = `import json, sys
sys.path.insert(0, ${JSON.stringify(folder)})
import grade
rewards = []
for case in json.load(sys.stdin):
    grade.text = lambda name: "begun\\n" + case["log"] if name == "stdout.txt" else ""
    rewards.append(grade.by_log(case["config"], 0))
print(json.dumps(rewards))`;
    const said = execFileSync('python3', ['-c', program], { input: JSON.stringify(cases), encoding: 'utf8' });
    const ours = cases.map(({ log, config: { parser, rule, failToPass, passToPass } }) => {
      const read = parserOf({ logParser: parser, id: 'x', version: '' });
      return Number(officialReport({ failToPass, passToPass, evalType: rule }, officialLog(log, 0), read).resolved);
    });
    expect(JSON.parse(said)).toEqual(ours);
    expect(ours.filter((reward) => reward === 1).length).toBeGreaterThan(50);
  });
});

test('a task repository’s rows become folders as well', async () => {
  const { tasks, problems } = await convertSuite(projectPath('test/fixtures/swebench/task-repo'), {});
  expect(problems).toEqual([]);
  expect(tasks.map((task) => task.folder)).toEqual(['acme__calc-1']);
  expect((await readRows(projectPath('test/fixtures/swebench/task-repo'))).instances).toHaveLength(1);
});
