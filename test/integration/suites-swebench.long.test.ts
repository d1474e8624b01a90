import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { checkGates } from '../../src/benchmark/bench/gates.ts';
import { parsePredictions } from '../../src/benchmark/bench/parse-predictions.ts';
import { gradeSubmission } from '../../src/benchmark/grade-submission.ts';
import { readRows } from '../../src/benchmark/swebench/instance/sources.ts';
import { sweBenchSuite } from '../../src/benchmark/swebench/suite.ts';
import { projectPath } from '../../src/environment/project.ts';
import { runJob } from '../../src/job/run-job.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { ACME, GOLD, newFile, openAcme } from '../support/acme.ts';
import { fakeEndpoint } from '../support/endpoint.ts';
import { commitOf, evaluateOrder, machineWith } from '../support/job.ts';

const sandbox = dockerSandbox({ socket: inject('engineSocket') });
const acme = await openAcme(sandbox);
const { suite, repository } = acme;
afterAll(() => acme[Symbol.dispose]());

const huxley = async (...args: string[]) => {
  const socket = inject('engineSocket');
  const env = { ...process.env, ...(socket ? { DOCKER_HOST: `unix://${socket}` } : {}), OPENAI_API_KEY: 'unused' };
  return await promisify(execFile)(process.execPath, [projectPath('src/main.ts'), ...args], { env });
};

const grade = (patch: string) => suite.gradePatch(ACME, patch, sandbox);

describe('one instance, from its image to the report', () => {
  test('the workspace is the repository without its history, its tests those of before', async () => {
    const files = await suite.workspace(ACME);
    expect(files.map(({ path }) => path).sort()).toEqual([
      'alias',
      'calc.py',
      'conftest.py',
      'pkg/__init__.py',
      'python',
      'tests/test_calc.py',
    ]);
    const all = files.map(({ content }) => Buffer.from(content).toString()).join('');
    expect(all).not.toContain('test_mean_of_nothing');
    expect(all).not.toContain('return None');
  });

  test.each([
    ['oracle', 'resolved'],
    ['nop', 'unresolved'],
    ['cheat', 'unresolved'],
  ] as const)('%s is %s', async (kind, verdict) => {
    const submission = await suite.reference(ACME, kind);
    expect(await gradeSubmission(suite, ACME, submission!, sandbox)).toMatchObject({
      verdict,
      expected: 4,
      canary: 'none',
    });
  });

  test('a patch whose lines have moved is applied further down the chain', async () => {
    const fuzzy = GOLD.replace(' def total(values):\n     return sum(values)\n', ' # other\n # context\n');
    const offset = GOLD.replace('@@ -2,4 +2,6 @@', '@@ -7,4 +7,6 @@');
    for (const patch of [GOLD, offset, fuzzy])
      expect(await grade(patch)).toMatchObject({ verdict: 'resolved', official: true });
  });
});

/** A fix that renames, makes executable and deletes. */
const MOVE = `diff --git a/calc.py b/calc/__init__.py
old mode 100644
new mode 100755
similarity index 81%
rename from calc.py
rename to calc/__init__.py
index c10dc01..8c8cbc1
--- a/calc.py
+++ b/calc/__init__.py
@@ -1,3 +1,4 @@
+#!/usr/bin/env python3
 def total(values):
     return sum(values)
 
diff --git a/conftest.py b/conftest.py
deleted file mode 100644
index f34d1a1..0000000
--- a/conftest.py
+++ /dev/null
@@ -1,4 +0,0 @@
-import pathlib
-import sys
-
-sys.path.insert(0, str(pathlib.Path(__file__).parent))
`;
const LAYOUT = `import os
import pytest
@pytest.mark.parametrize("path", ["calc.py", "conftest.py"])
def test_gone(path):
    assert not os.path.exists(path)
def test_executable():
    assert os.access("calc/__init__.py", os.X_OK)
def test_total():
    from calc import total
    assert total([1, 2]) == 3
`;

describe('a reference fix that is more than new contents of files', () => {
  /** The instance again, with another fix and other tests, as a task repository of its own. */
  const other = (gold: string) => {
    const root = mkdtempSync(join(repository, 'other-'));
    const task = join(root, 'tasks', ACME);
    cpSync(join(repository, 'tasks', ACME), task, { recursive: true });
    const tests = newFile('tests/test_layout.py', LAYOUT);
    const id = (name: string) => `tests/test_layout.py::${name}`;
    const write = (name: string, text: string) => writeFileSync(join(task, name), text);
    write('gold.patch', gold);
    write('test.patch', tests);
    write(
      'tests.json',
      JSON.stringify({
        FAIL_TO_PASS: [id('test_gone[calc.py]'), id('test_gone[conftest.py]'), id('test_executable')],
        PASS_TO_PASS: [id('test_total')],
      }),
    );
    const script = ['cd /testbed', "git apply -v - <<'EOF'", `${tests}EOF`, ": '>>>>> Start Test Output'"];
    write(
      'eval.sh',
      [...script, 'python3 -m pytest -rA tests/test_layout.py', ": '>>>>> End Test Output'", ''].join('\n'),
    );
    return root;
  };
  const gatesOf = async (root: string) => {
    const other = sweBenchSuite('swe-bench/other', await readRows(root), async () => sandbox);
    const { gates } = await checkGates(other, other.list()[0]!, sandbox, new AbortController().signal);
    return Object.fromEntries(gates.map(({ gate, grade }) => [gate, grade && `${grade.verdict}: ${grade.evidence}`]));
  };

  test('is applied whole: renamed, deleted, made executable', async () => {
    const root = other(MOVE);
    expect(await gatesOf(root)).toEqual({
      oracle: expect.stringMatching(/^resolved: All 4 expected tests passed/),
      nop: expect.stringMatching(/^unresolved: /),
      cheat: expect.stringMatching(/^unresolved: /),
      draft: null,
    });
    const out = join(root, 'out');
    await huxley('bench', 'run', '--agent', 'oracle', '--suite', 'swe-bench/other', '--path', root, '--out', out);
    const [prediction] = parsePredictions(readFileSync(join(out, 'predictions.jsonl')), out, () => {});
    expect(prediction!.model_patch).toBe(MOVE);
    expect(await suite.gradePatch(ACME, MOVE, sandbox)).toMatchObject({ verdict: 'unresolved' });
  });

  test('is refused where it changes a binary file without bringing its content', async () => {
    const logo =
      'diff --git a/logo.png b/logo.png\nindex 1234567..89abcde 100644\nBinary files a/logo.png and b/logo.png differ\n';
    const { oracle, nop } = await gatesOf(other(MOVE + logo));
    expect(oracle).toBe(
      `infrastructure: No result: ${ACME}: patch: the reference fix changes the binary file logo.png and does not include its content. Leave the task out, or make the patch with \`git diff --binary\`.`,
    );
    expect(nop).toMatch(/^unresolved: /);
  });

  test('a prediction of that kind is graded as the official chain applies it, and what was left out is named', async () => {
    const logo =
      'diff --git a/logo.png b/logo.png\nnew file mode 100644\nindex 0000000..89abcde\nBinary files /dev/null and b/logo.png differ\n';
    expect(await grade(logo + GOLD)).toMatchObject({
      verdict: 'resolved',
      official: true,
      evidence: expect.stringContaining('Left out: logo.png, binary, whose content the patch does not include.'),
    });
  });
});

describe('scripts that are not one plain run of pytest', () => {
  const ran = async (tests: string, patch = GOLD) => {
    const [instance] = (await readRows(repository)).instances;
    const evalScript = instance!.evalScript.replace('python3 -m pytest -rA tests/test_calc.py', tests);
    const suite = sweBenchSuite(
      'swe-bench/x',
      { instances: [{ ...instance!, evalScript }], problems: [] },
      async () => sandbox,
    );
    return await suite.gradePatch(ACME, patch, sandbox);
  };

  test.each([
    ['two runs', 'python3 -m pytest -rA tests/test_calc.py -k mean\npython3 -m pytest -rA tests/test_calc.py -k total'],
    [
      'two runs in one line',
      'python3 -m pytest -rA tests/test_calc.py -k mean && python3 -m pytest -rA tests/test_calc.py -k total',
    ],
    ['a report of its own', 'python3 -m pytest -rA --junitxml=/tmp/own.xml tests/test_calc.py'],
    ['options of its own', 'export PYTEST_ADDOPTS=-v\npython3 -m pytest -rA tests/test_calc.py'],
    ['options of its own in front', 'PYTEST_ADDOPTS=-v python3 -m pytest -rA tests/test_calc.py'],
    [
      'links of the image',
      'python3 -c "import alias; assert alias.ONE == 1" && ./python -m pytest -rA tests/test_calc.py',
    ],
    ['no report at all', 'python3 -m pytest -rA -p no:junitxml tests/test_calc.py'],
  ])('%s: a right fix is resolved, none is not', async (_, tests) => {
    expect(await ran(tests)).toMatchObject({ verdict: 'resolved', official: true });
    expect(await ran(tests, newFile('notes.txt', 'x'))).toMatchObject({ verdict: 'unresolved', official: false });
  });

  test('a runner that cannot run is infrastructure; a fix that breaks it is not', async () => {
    const broken = newFile('calc/__init__.py', 'import os\nos._exit(3)\n');
    expect(await ran('python3 -m nothing_of_this_name', newFile('notes.txt', 'x'))).toMatchObject({
      verdict: 'infrastructure',
      evidence: expect.stringContaining('they give none with the reference fix either'),
    });
    expect(await ran('python3 -m pytest -rA tests/test_calc.py', broken)).toMatchObject({ verdict: 'unresolved' });
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
    expect(report(out)).toMatchObject({ total_instances: 1, resolved_ids: [ACME], error_ids: [], schema_version: 2 });
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
    const result = await runJob(evaluateOrder(commit, [ACME]), machine);
    expect(result).toMatchObject({ error: null, perTask: [{ task: ACME, verdict: 'resolved' }] });
    const trajectory = JSON.parse(readFileSync(join(machine.results.folder, 'transcripts', `${ACME}.json`), 'utf8'));
    expect(trajectory.transcript).toContain('/huxley/runtime/bin/node v24: ');
    expect(trajectory.patch).toContain('+    return total(values) / len(values) if values else None');
  });

  test('predictions are handed to the official harness where it is installed, and it is named where it is not', async () => {
    const file = join(repository, 'handed.jsonl');
    writeFileSync(file, `${JSON.stringify({ instance_id: ACME, model_name_or_path: 'v1', model_patch: GOLD })}\n`);
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
    // A link is made by the official chain, and what it then says of the tests nobody here knows.
    const official = _ === 'a link' ? undefined : false;
    expect(await grade(patch)).toMatchObject({ verdict: 'invalid', ...(official === false && { official }) });
    expect((await grade(patch)).official).toBe(official);
  });
});
