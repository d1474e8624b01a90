import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readRows } from '../../src/benchmark/swebench/sources.ts';
import { type SweBenchSuite, sweBenchSuite } from '../../src/benchmark/swebench/suite.ts';
import { projectPath } from '../../src/config/project.ts';
import { runJob } from '../../src/job/run-job.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { ensureImage } from '../../src/sandbox/setup/image.ts';
import { fakeEndpoint } from '../support/endpoint.ts';
import { commitOf, evaluateOrder, machineWith } from '../support/job.ts';

const ID = 'acme__calc-1';
const engine = { socket: inject('engineSocket') };
const sandbox = dockerSandbox(engine);
const source = projectPath('test', 'fixtures', 'swebench', 'task-repo');
const task = join(source, 'tasks', ID);
const gold = readFileSync(join(task, 'gold.patch'), 'utf8');
const images = mkdtempSync(join(tmpdir(), 'huxley-images-'));
const repository = mkdtempSync(join(tmpdir(), 'huxley-swe-bench-'));
let suite: SweBenchSuite;

/** The fixture's own image, on the sandbox image. */
beforeAll(async () => {
  cpSync(projectPath('docker', 'sandbox'), join(images, 'sandbox'), { recursive: true });
  cpSync(task, join(images, 'acme'), { recursive: true });
  writeFileSync(join(images, 'acme', 'image.json'), '{ "from": "sandbox" }');
  const image = await ensureImage(engine, 'acme', { root: images, report: () => {} });
  cpSync(source, repository, { recursive: true });
  const row = join(repository, 'tasks', ID, 'task.yaml');
  writeFileSync(row, readFileSync(row, 'utf8').replace(/^image: .*$/m, `image: ${image}`));
  suite = sweBenchSuite('swe-bench/acme', await readRows(repository), async () => sandbox);
});
afterAll(() => {
  for (const folder of [images, repository]) rmSync(folder, { recursive: true });
});

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
});

/** Fixes the task by hand, leaves behind what running code leaves, and says which Node it runs on. */
const AGENT = `
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
const { HUXLEY_WORKSPACE: at, HUXLEY_TASK, HUXLEY_OUT } = process.env;
const code = readFileSync(at + '/calc.py', 'utf8');
writeFileSync(at + '/calc.py', code.replace(/    return total.*/, '    return total(values) / len(values) if values else None'));
execFileSync('python3', ['-c', 'import calc'], { cwd: at });
mkdirSync(at + '/docs');
writeFileSync(at + '/docs/notes.bin', new Uint8Array([0, 1, 2, 255]));
appendFileSync(HUXLEY_OUT, process.execPath + ' ' + process.version.split('.')[0] + ': ' + readFileSync(HUXLEY_TASK, 'utf8'));
`;

describe('an agent in the image of the task, its code and its Node mounted into it', () => {
  const huxley = async (...args: string[]) => {
    const { socket } = engine;
    const env = { ...process.env, ...(socket ? { DOCKER_HOST: `unix://${socket}` } : {}), OPENAI_API_KEY: 'unused' };
    return await promisify(execFile)(process.execPath, [projectPath('src/main.ts'), ...args], { env });
  };

  test('bench run, then its predictions graded again, then the report', async () => {
    const agent = join(repository, 'agent');
    mkdirSync(join(agent, '.github'), { recursive: true });
    writeFileSync(join(agent, 'agent.mjs'), AGENT);
    writeFileSync(
      join(agent, '.github', 'huxley.yml'),
      'version: 1\nagent: { solve: node agent.mjs }\nmodels: { solve: gpt-5-mini }\nbenchmark: { suite: kata }\n',
    );
    const suiteArgs = ['--suite', 'swe-bench/acme', '--path', repository];
    const out = join(repository, 'out');
    await huxley('bench', 'run', '--agent', agent, ...suiteArgs, '--out', out);
    const report = (folder: string) => JSON.parse(readFileSync(join(folder, 'swe-bench-report.json'), 'utf8'));
    expect(report(out)).toMatchObject({ total_instances: 1, resolved_ids: [ID], error_ids: [], schema_version: 2 });
    const predictions = join(out, 'predictions.jsonl');
    const { model_patch } = JSON.parse(readFileSync(predictions, 'utf8'));
    expect(model_patch.match(/^diff --git .*$/gm)).toEqual([
      'diff --git a/calc.py b/calc.py',
      'diff --git a/docs/notes.bin b/docs/notes.bin',
    ]);
    await huxley('bench', 'grade', predictions, ...suiteArgs, '--out', join(repository, 'again'));
    expect(report(join(repository, 'again'))).toEqual(report(out));
  });

  test('the job that evaluates a variant', async () => {
    await using endpoint = await fakeEndpoint(() => undefined);
    const commit = await commitOf({ 'agent.mjs': AGENT });
    const machine = machineWith(commit, suite, endpoint);
    const result = await runJob(evaluateOrder(commit, [ID]), machine);
    expect(result).toMatchObject({ error: null, perTask: [{ task: ID, verdict: 'resolved' }] });
    const trajectory = JSON.parse(readFileSync(join(machine.results.folder, 'transcripts', `${ID}.json`), 'utf8'));
    expect(trajectory.transcript).toContain('/huxley/runtime/node v24: ');
    expect(trajectory.patch).toContain('+    return total(values) / len(values) if values else None');
  });

  test('predictions are handed to the official harness where it is installed, and it is named where it is not', async () => {
    const file = join(repository, 'handed.jsonl');
    writeFileSync(file, `${JSON.stringify({ instance_id: ID, model_name_or_path: 'v1', model_patch: gold })}\n`);
    const out = join(repository, 'official');
    const args = ['bench', 'grade', file, '--suite', 'swe-bench/lite', '--grader', 'official', '--out', out];
    const { PATH } = process.env;
    await expect(huxley(...args)).rejects.toMatchObject({
      stderr: expect.stringMatching(
        /The official harness is not installed here[\s\S]*pip install swebench[\s\S]*swebench eval SWE-bench\/SWE-bench_Lite -p .*official\/predictions.jsonl --run-id huxley-\d{14} -j 2/,
      ),
    });
    expect(readFileSync(join(out, 'predictions.jsonl'), 'utf8')).toBe(readFileSync(file, 'utf8'));

    const bin = join(repository, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'swebench'), '#!/bin/sh\necho "$@" > arguments\nexit ${FAIL:-0}\n');
    chmodSync(join(bin, 'swebench'), 0o755);
    process.env.PATH = `${bin}:${PATH}`;
    try {
      await huxley(...args);
      expect(readFileSync(join(out, 'arguments'), 'utf8')).toMatch(
        /^eval SWE-bench\/SWE-bench_Lite -p \S+ --run-id \S+ -j 2\n$/,
      );
      process.env.FAIL = '3';
      await expect(huxley(...args)).rejects.toMatchObject({
        stderr: expect.stringContaining('ended with exit code 3'),
      });
    } finally {
      process.env.PATH = PATH;
      delete process.env.FAIL;
    }
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

describe('a hook that rewrites outcomes, in patches that tools read in more ways than one', () => {
  const hook =
    'import pytest\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    outcome = yield\n    outcome.get_result().outcome = "passed"\n';
  const plain = newFile('tests/conftest.py', hook);
  test.each([
    [
      'its name in quotes',
      plain.replace(
        'diff --git a/tests/conftest.py b/tests/conftest.py',
        'diff --git "a/tests/conftest.py" "b/tests/conftest.py"',
      ),
    ],
    ['no line of git', plain.replace(/^diff --git .*\nnew file mode .*\n/, '')],
    [
      'git names another file',
      plain.replace('diff --git a/tests/conftest.py b/tests/conftest.py', 'diff --git a/x.py b/x.py'),
    ],
    [
      'an escaped name',
      plain.replaceAll('tests/conftest.py', 'tests/conftest\\056py').replace(/([ab])\/tests\/(\S+)/g, '"$1/tests/$2"'),
    ],
  ])('%s', async (_, patch) => {
    expect((await grade(patch)).verdict).not.toBe('resolved');
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
