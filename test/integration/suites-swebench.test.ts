import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readPredictions, writePredictions } from '../../src/benchmark/swebench/predictions.ts';
import { runReport } from '../../src/benchmark/swebench/report.ts';
import { readRows } from '../../src/benchmark/swebench/sources.ts';
import { type SweBenchSuite, sweBenchSuite } from '../../src/benchmark/swebench/suite.ts';
import { projectPath } from '../../src/config/project.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { ensureImage } from '../../src/sandbox/setup/image.ts';

const ID = 'acme__calc-1';
const engine = { socket: inject('engineSocket') };
const sandbox = dockerSandbox(engine);
const source = projectPath('test', 'fixtures', 'swebench', 'task-repo');
const task = join(source, 'tasks', ID);
const gold = readFileSync(join(task, 'gold.patch'), 'utf8');
const images = mkdtempSync(join(tmpdir(), 'huxley-images-'));
let suite: SweBenchSuite;

/** The fixture's own image, on the sandbox image. */
beforeAll(async () => {
  cpSync(projectPath('docker', 'sandbox'), join(images, 'sandbox'), { recursive: true });
  cpSync(task, join(images, 'acme'), { recursive: true });
  writeFileSync(join(images, 'acme', 'image.json'), '{ "from": "sandbox" }');
  const image = await ensureImage(engine, 'acme', { root: images, report: () => {} });
  const rows = await readRows(source);
  suite = sweBenchSuite(
    'swe-bench/acme',
    { ...rows, instances: rows.instances.map((one) => ({ ...one, image })) },
    async () => sandbox,
  );
});
afterAll(() => rmSync(images, { recursive: true }));

const grade = (patch: string) => suite.gradePatch(ID, patch, sandbox);
const newFile = (path: string, text: string) => {
  const lines = text.trimEnd().split('\n');
  return `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;
};

describe('one instance, from its image to the report', () => {
  test('the workspace is the repository without its history, its tests those of before', async () => {
    const files = await suite.workspace(ID);
    expect(files.map(({ path }) => path).sort()).toEqual(['calc.py', 'conftest.py', 'tests/test_calc.py']);
    const all = files.map(({ content }) => Buffer.from(content).toString()).join('');
    expect(all).not.toContain('test_mean_of_nothing');
    expect(all).not.toContain('return None');
  });

  test.each([
    ['oracle', 'resolved'],
    ['nop', 'unresolved'],
    ['cheat', 'unresolved'],
  ] as const)('%s is %s', async (kind, verdict) => {
    const files = await suite.reference(ID, kind);
    expect(await suite.grade(ID, files!, sandbox)).toMatchObject({ verdict, expected: 4, canary: 'none' });
  });

  test('a patch whose lines have moved is applied further down the chain', async () => {
    const fuzzy = gold.replace(' def total(values):\n     return sum(values)\n', ' # other\n # context\n');
    const offset = gold.replace('@@ -2,4 +2,6 @@', '@@ -7,4 +7,6 @@');
    for (const patch of [gold, offset, fuzzy])
      expect(await grade(patch)).toMatchObject({ verdict: 'resolved', official: true });
  });

  test('predictions in, report out', async () => {
    const text = writePredictions([{ instance_id: ID, model_name_or_path: 'v1', model_patch: gold }]);
    const predictions = readPredictions(text, 'predictions.jsonl');
    const verdicts = new Map<string, Verdict>();
    for (const { instance_id, model_patch } of predictions)
      verdicts.set(instance_id, (await suite.gradePatch(instance_id, model_patch!, sandbox)).verdict);
    expect(
      runReport(
        suite.list().map(({ id }) => id),
        predictions,
        verdicts,
      ),
    ).toMatchObject({
      resolved_ids: [ID],
      error_ids: [],
      schema_version: 2,
    });
  });
});

describe('patches that are refused', () => {
  test.each([
    ['a link', 'diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+/etc/passwd\n'],
    ['a way out', newFile('../x', 'y')],
    [
      'nonsense',
      'diff --git a/calc.py b/calc.py\n--- a/calc.py\n+++ b/calc.py\n@@ -90,2 +90,2 @@\n-no\n-such\n+line\n+here\n',
    ],
  ])('%s', async (_, patch) => {
    expect(await grade(patch)).toMatchObject({ verdict: 'invalid', official: false });
  });
});

describe('forged logs', () => {
  const passed = ['test_mean_of_nothing', 'test_mean[values0-2]', 'test_mean[values1-2.5]', 'test_total'];
  const print = passed.map((name) => `print("PASSED tests/test_calc.py::${name}")`).join('\n');
  const replace = (text: string) => {
    const before =
      'def total(values):\n    return sum(values)\n\n\ndef mean(values):\n    return total(values) // len(values)\n';
    const minus = before
      .trimEnd()
      .split('\n')
      .map((line) => `-${line}\n`)
      .join('');
    const plus = text
      .trimEnd()
      .split('\n')
      .map((line) => `+${line}\n`)
      .join('');
    return `diff --git a/calc.py b/calc.py\n--- a/calc.py\n+++ b/calc.py\n@@ -1,6 +1,${text.trimEnd().split('\n').length} @@\n${minus}${plus}`;
  };
  const exitAtEnd = (code: string) =>
    `import atexit, os, sys\nsys.stdout = sys.__stdout__\ndef end():\n    os.write(1, ${JSON.stringify(`\n${passed.map((name) => `PASSED tests/test_calc.py::${name}`).join('\n')}\n`)}.encode())\n    ${code}\natexit.register(end)\ndef total(values):\n    return sum(values)\ndef mean(values):\n    return total(values) // len(values)\n`;
  test.each([
    [
      'a conftest hook that rewrites outcomes',
      newFile(
        'tests/conftest.py',
        'import pytest\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    outcome = yield\n    outcome.get_result().outcome = "passed"\n',
      ),
    ],
    ['PASSED lines, exit code 1', replace(exitAtEnd('os._exit(1)'))],
    [
      'PASSED lines, then os._exit(0)',
      replace(
        `import os, sys\n${print.replaceAll('print(', 'os.write(1, b"\\n" + b').replaceAll('")', '\\n")')}\nos._exit(0)\n`,
      ),
    ],
    [
      'PASSED lines and a decoy that failed',
      replace(exitAtEnd('os.write(1, b"FAILED tests/test_calc.py::test_decoy - x\\n")')),
    ],
    [
      'an end marker with a fake exit code',
      replace(exitAtEnd('os.write(1, b">>>>> End Test Output\\n>>>>> Test Exit Code: 0\\n"); os._exit(0)')),
    ],
  ])('%s', async (_, patch) => {
    const result = await grade(patch);
    expect(result.verdict).toBe('unresolved');
    expect(result.evidence).not.toContain('does not apply');
  });
});
