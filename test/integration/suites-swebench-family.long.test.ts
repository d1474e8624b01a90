import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { checkGates } from '../../src/benchmark/bench/gates.ts';
import type { Instance } from '../../src/benchmark/swebench/instance/instance.ts';
import { parseRow } from '../../src/benchmark/swebench/instance/row.ts';
import { sweBenchSuite } from '../../src/benchmark/swebench/suite.ts';
import { projectPath } from '../../src/environment/project.ts';
import { solveTask } from '../../src/job/attempt/solve.ts';
import { withTree } from '../../src/job/tree/write-tree.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { ensureImage } from '../../src/sandbox/setup/image.ts';
import { newFile } from '../support/acme.ts';
import { chatAnswer, sendJson } from '../support/endpoint.ts';
import { openGateway } from '../support/gateway.ts';

const engine = { socket: inject('engineSocket') };
const sandbox = dockerSandbox(engine);
const folder = mkdtempSync(join(tmpdir(), 'huxley-images-'));
afterAll(() => rmSync(folder, { recursive: true }));
cpSync(projectPath('docker', 'sandbox'), join(folder, 'sandbox'), { recursive: true });
const imageOf = (name: string) => ensureImage(engine, name, { root: folder, report: () => {} });
const tools = () => imageOf('sandbox');

const RIGHT = `def double(number):\n    return number * 2\n${'# Doubles.\n'.repeat(8)}`;
const WRONG = RIGHT.replace('* 2', '+ 2');
const TESTS =
  'import calc\n\n\ndef test_two():\n    assert calc.double(2) == 4\n\n\ndef test_five():\n    assert calc.double(5) == 10\n';
const change = (from: string, to: string) =>
  `diff --git a/calc.py b/calc.py\n--- a/calc.py\n+++ b/calc.py\n@@ -1,2 +1,2 @@\n${from.split('\n')[0]!.replace(/^/, ' ')}\n-${from.split('\n')[1]}\n+${to.split('\n')[1]}\n`;

const file = (path: string, text: string) => ({ path, content: Buffer.from(text), executable: false });

/** The image of an instance, with the repository where its family has it. */
async function built(name: string, files: Readonly<Record<string, string>>, instance: Instance): Promise<Instance> {
  const root = join(folder, name, 'tree');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const workdir = instance.workdir ?? '/testbed';
  writeFileSync(join(folder, name, 'image.json'), '{ "from": "sandbox" }');
  const extra: Readonly<Record<string, string>> = {
    installed: 'RUN mkdir /opt/site-packages && cp calc.py /opt/site-packages/\n',
    multi: 'RUN cp -r tests-run/. /home/ && rm -r tests-run\n',
    smith:
      'RUN printf \'#!/bin/sh\\nexec python3 -m pytest "$@"\\n\' > /usr/local/bin/pytest && chmod 755 /usr/local/bin/pytest\n',
  };
  writeFileSync(
    join(folder, name, 'Dockerfile'),
    `ARG BASE\nFROM $BASE\nUSER root\nWORKDIR ${workdir}\nCOPY tree .\n${extra[name.split('-')[0]!] ?? ''}RUN git init -q && git add -A && git -c user.name=x -c user.email=x@localhost commit -qm base\n`,
  );
  return { ...instance, image: await imageOf(name) };
}

async function gatesOf(instance: Instance) {
  const suite = sweBenchSuite('family', { instances: [instance], problems: [] }, async () => sandbox, tools);
  const { gates } = await checkGates(suite, suite.list()[0]!, sandbox, new AbortController().signal);
  const verdicts = Object.fromEntries(
    gates.map(({ gate, grade }) => [gate, grade && `${grade.verdict} ${grade.evidence}`]),
  );
  return { suite, verdicts };
}

const SOUND = {
  oracle: expect.stringMatching(/^resolved /),
  nop: expect.stringMatching(/^unresolved /),
  cheat: expect.stringMatching(/^unresolved /),
  draft: null,
};

const common = {
  instance_id: 'acme__calc-1',
  repo: 'acme/calc',
  base_commit: 'abcdef1',
  problem_statement: 'Double doubles.',
  patch: change(WRONG, RIGHT),
  test_patch: newFile('tests/test_calc.py', TESTS),
};

test('SWE-bench Pro: its own script and parser grade it', async () => {
  const parser = `import json, sys
out, err, result = sys.argv[1:]
assert "to stderr" in open(err).read()
tests = [{"name": line.split()[1], "status": line.split()[0]} for line in open(out) if line.startswith(("PASSED ", "FAILED "))]
json.dump({"tests": tests}, open(result, "w"))
`;
  const row = {
    ...common,
    fail_to_pass: "['tests/test_calc.py::test_five']",
    pass_to_pass: '["tests/test_calc.py::test_two"]',
    before_repo_set_cmd: 'git checkout 0123abcd -- tests/test_calc.py',
    selected_test_files_to_run: '["tests/test_calc.py"]',
    run_script: 'echo to stderr >&2\npython3 -m pytest -rA "${1//,/ }"\n',
    parser,
  };
  const instance = await built('pro', { 'calc.py': WRONG }, parseRow(row, 'row'));
  const { suite, verdicts } = await gatesOf(instance);
  expect(verdicts).toEqual(SOUND);
  expect(suite.list()[0]).toMatchObject({ workdir: '/app' });
  const broken = sweBenchSuite(
    'x',
    { instances: [{ ...instance, program: { kind: 'pro', source: 'raise ValueError' } }], problems: [] },
    async () => sandbox,
    tools,
  );
  expect(await broken.grade(instance.id, [], sandbox)).toMatchObject({
    verdict: 'infrastructure',
  });
});

test('SWE-rebench V2: a function of the published module reads both streams', async () => {
  const module = `from lib.agent.swe_constants import TestStatus
def parse_log_own(log):
    return {line.split()[1] + " (12 ms)": TestStatus[line.split()[0]] for line in log.split("\\n") if line.startswith(("PASSED ", "FAILED "))}
NAME_TO_PARSER = {"parse_log_own": parse_log_own}
`;
  const row = {
    ...common,
    image_name: 'x',
    FAIL_TO_PASS: ['tests/test_calc.py::test_five (3 ms)'],
    PASS_TO_PASS: ['tests/test_calc.py::test_two'],
    install_config: { log_parser: 'parse_log_own', test_cmd: ['python3 -m pytest -rA tests >&2'] },
    log_parsers: module,
  };
  const instance = await built('rebench', { 'calc.py': WRONG }, parseRow(row, 'row'));
  expect((await gatesOf(instance)).verdicts).toEqual(SOUND);
});

test('SWE-smith: the bug is made, and the tests that show it stay away', async () => {
  const { test_patch: _, ...rest } = common;
  const row = {
    ...rest,
    instance_id: 'acme__calc.abcdef12.lm_rewrite__1',
    image_name: 'x',
    patch: change(RIGHT, WRONG),
    FAIL_TO_PASS: ['tests/test_calc.py::test_five'],
    PASS_TO_PASS: ['tests/test_calc.py::test_two', 'tests/test_other.py::test_gone'],
  };
  const files = { 'calc.py': RIGHT, 'conftest.py': '', 'tests/test_calc.py': TESTS, 'tests/test_other.py': '' };
  const instance = await built('smith', files, parseRow(row, 'row'));
  const { suite, verdicts } = await gatesOf(instance);
  expect(verdicts).toEqual(SOUND);
  const workspace = await suite.workspace(instance.id);
  expect(workspace.map(({ path }) => path).sort()).toEqual(['calc.py', 'conftest.py', 'tests/test_other.py']);
  expect(Buffer.from(workspace.find(({ path }) => path === 'calc.py')!.content).toString()).toBe(WRONG);
  const installed = await built('installed', files, instance);
  const leaky = sweBenchSuite('family', { instances: [installed], problems: [] }, async () => sandbox);
  await expect(leaky.workspace(instance.id)).rejects.toMatchObject({
    code: 'suite.image',
    message: expect.stringContaining('/opt/site-packages/calc.py'),
  });
});

test('Multi-SWE-bench: the image’s script runs the tests', async () => {
  const row = {
    org: 'cli',
    repo: 'cli',
    number: 7,
    base: { sha: 'abcdef1' },
    title: 'Double doubles.',
    fix_patch: common.patch,
    test_patch: common.test_patch,
    f2p_tests: { TestFive: {} },
    p2p_tests: { TestTwo: {} },
    s2p_tests: {},
    n2p_tests: {},
  };
  const script = `set -e
cd /home/cli
git apply /home/test.patch
python3 - <<'E'
import calc
failed = False
for name, given, wanted in (("TestTwo", 2, 4), ("TestFive", 5, 10)):
    failed |= calc.double(given) != wanted
    print("---", "PASS:" if calc.double(given) == wanted else "FAIL:", name, "(0.00s)")
raise SystemExit(failed)
E
`;
  const files = {
    ...{ 'calc.py': WRONG, 'tests-run/test-run.sh': script, 'tests-run/test.patch': common.test_patch },
    'tests-run/fix.patch': common.patch,
  };
  const instance = await built('multi', files, parseRow(row, 'row'));
  const { suite, verdicts } = await gatesOf(instance);
  expect(verdicts).toEqual(SOUND);

  const reads = `def double(number):\n    return number * 2 if open('/home/fix.patch').read() else 0\n`;
  const untouched = await suite.grade(instance.id, [file('calc.py', reads)], sandbox);
  expect(untouched.verdict, 'the code under test cannot read the fix either').toBe('unresolved');

  const { gateway } = await openGateway((_, response) => sendJson(response, chatAnswer('')));
  const look = `ls -A /home; git apply /home/fix.patch; grep -rlsF '${RIGHT.split('\n')[1]}' / --exclude-dir=proc --exclude-dir=sys --exclude-dir=usr --exclude-dir=huxley; grep -rlsF 'def test_five' / --exclude-dir=proc --exclude-dir=sys --exclude-dir=usr --exclude-dir=huxley`;
  const solved = await withTree([file('look.sh', look)], (agentFolder) =>
    solveTask(
      {
        ...{ sandbox, suite, gateway, image: 'none', concurrency: 1, report: () => {} },
        signal: new AbortController().signal,
      },
      {
        ...{ task: suite.list()[0]!, agent: { solve: 'sh look.sh' }, agentFolder, models: ['gpt-5-mini'], first: true },
        limits: { taskSeconds: 120, costUSD: 1, taskCostUSD: 0.5, memoryMB: 512, cpus: 1, pids: 128 },
      },
    ),
  );
  expect(solved.attempt).toMatchObject({ stdout: 'cli\n', stderr: expect.stringContaining('/home/fix.patch') });
});

test.each([
  ['the reference fix', 'tests-run/answer.diff', common.patch],
  ['the hidden tests', 'tests-run/eval.sh', `git apply - <<'E'\n${common.test_patch}E\n`],
  ['a row of the dataset', 'tests-run/instance.json', JSON.stringify(common)],
])('an image that holds %s where an agent can read it is refused by name', async (_, path, text) => {
  const row = {
    ...common,
    FAIL_TO_PASS: ['a'],
    PASS_TO_PASS: [],
    docker_image: 'x',
    test_cmds: ['true'],
    log_parser: 'pytest',
  };
  const instance = await built(`multi-${path.split('.')[1]}`, { 'calc.py': WRONG, [path]: text }, parseRow(row, 'row'));
  const suite = sweBenchSuite('family', { instances: [instance], problems: [] }, async () => sandbox);
  await expect(suite.workspace(instance.id)).rejects.toMatchObject({
    code: 'suite.image',
    message: expect.stringContaining(`"/home/${path.split('/')[1]}" holds the fix or the hidden tests`),
  });
});

test('SWE-bench-Live: a row’s own program reads what its commands print', async () => {
  const row = {
    ...common,
    FAIL_TO_PASS: ['test_five'],
    PASS_TO_PASS: ['test_two', 'test_gone'],
    docker_image: 'x',
    test_cmds: ['python3 -m pytest -rA tests | tee /tmp/log'],
    print_cmds: ['cat /tmp/log'],
    log_parser:
      'def parser(log: str) -> dict[str, str]:\n    return {line.split("::")[1].split()[0]: line.split()[0].lower()[:4] for line in log.split("\\n") if line.startswith(("PASSED ", "FAILED "))}\n',
  };
  const instance = await built('live', { 'calc.py': WRONG }, parseRow(row, 'row'));
  const { suite, verdicts } = await gatesOf(instance);
  expect(verdicts).toEqual(SOUND);
  const drops = `import _pytest.python as p
collect = p.PyCollector.collect
p.PyCollector.collect = lambda self: [one for one in collect(self) if one.name != 'test_two']
double = lambda number: 10
`;
  expect(await suite.grade(instance.id, [file('calc.py', drops)], sandbox)).toMatchObject({
    ...{ verdict: 'unresolved', official: true, failed: ['test_two'] },
  });
  const honest = await suite.grade(instance.id, [file('calc.py', `${RIGHT}# Mended.\n`)], sandbox);
  expect(honest, 'test_gone is missing with the reference fix too').toMatchObject({ verdict: 'resolved' });
});
