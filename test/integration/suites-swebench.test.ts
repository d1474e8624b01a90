import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { projectPath } from '../../src/config/project.ts';
import { runJob } from '../../src/job/run-job.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { ACME, GOLD, newFile, openAcme } from '../support/acme.ts';
import { fakeEndpoint } from '../support/endpoint.ts';
import { commitOf, evaluateOrder, machineWith } from '../support/job.ts';

const sandbox = dockerSandbox({ socket: inject('engineSocket') });
const acme = await openAcme(sandbox);
const { suite, repository } = acme;
afterAll(() => acme[Symbol.dispose]());

const grade = (patch: string) => suite.gradePatch(ACME, patch, sandbox);

describe('one instance, from its image to the report', () => {
  test('the workspace is the repository without its history, its tests those of before', async () => {
    const files = await suite.workspace(ACME);
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
    const files = await suite.reference(ACME, kind);
    expect(await suite.grade(ACME, files!, sandbox)).toMatchObject({ verdict, expected: 4, canary: 'none' });
  });

  test('a patch whose lines have moved is applied further down the chain', async () => {
    const fuzzy = GOLD.replace(' def total(values):\n     return sum(values)\n', ' # other\n # context\n');
    const offset = GOLD.replace('@@ -2,4 +2,6 @@', '@@ -7,4 +7,6 @@');
    for (const patch of [GOLD, offset, fuzzy])
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
    const socket = inject('engineSocket');
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
    expect(trajectory.transcript).toContain('/huxley/runtime/node v24: ');
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
    expect(await grade(patch)).toMatchObject({ verdict: 'invalid', official: false });
  });
});
