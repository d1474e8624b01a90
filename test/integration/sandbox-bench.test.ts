import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { endsWithTest } from '../support/ends-with-test.ts';

const socket = inject('engineSocket');
const env = { ...process.env, ...(socket ? { DOCKER_HOST: `unix://${socket}` } : {}) };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'huxley-bench-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** A task whose reference solution takes `seconds`. */
function task(id: string, seconds: number, changes: Record<string, string> = {}): void {
  const files = {
    'task.yml': 'language: shell\nsolution: [a.sh]\nrunner: shell\n',
    'instruction.md': 'Print 1.\n',
    'workspace/a.sh': 'echo 0\n',
    'tests/a.test.sh': 'test_one() { [ "$(bash "$ROOT/a.sh")" = 1 ]; }\n',
    'canary/a.test.sh': 'test_one() { [ "$(bash "$ROOT/a.sh")" = 2 ]; }\n',
    'solution/a.sh': `sleep ${seconds}; echo 1\n`,
    'expected.txt': 'tests/a.test.sh::test_one\n',
    ...changes,
  };
  write(Object.fromEntries(Object.entries(files).map(([path, text]) => [`suite/${id}/${path}`, text])));
}

function huxley(...args: string[]): ChildProcess {
  const command = [projectPath('src/main.ts'), ...args];
  return endsWithTest(spawn(process.execPath, command, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

async function outcome(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Containers that belong to a process of this number. */
function containersOf(pid: number): string[] {
  return execFileSync(
    'docker',
    ['ps', '-a', '--filter', 'label=huxley.owner', '--format', '{{.Label "huxley.owner"}}'],
    { env, encoding: 'utf8' },
  )
    .split('\n')
    .filter((owner) => owner.split('|')[3] === String(pid));
}

test('killed in the middle: the rest is done the next time, nothing twice, and no container stays', async () => {
  for (const id of ['a', 'b', 'c']) task(id, 0);
  for (const id of ['x', 'y']) task(id, 4);
  const command = [
    'bench',
    'run',
    '--agent',
    'oracle',
    '--suite',
    'suite',
    '--concurrency',
    '2',
    '--out',
    'out',
    '--json',
  ];
  const results = () =>
    existsSync(join(folder, 'out/results.jsonl')) ? readFileSync(join(folder, 'out/results.jsonl'), 'utf8') : '';
  const first = huxley(...command);
  first.stdout!.resume();
  while (results().trim().split('\n').length < 3) await sleep(50);
  while (containersOf(first.pid!).length === 0) await sleep(50);
  first.kill('SIGKILL');
  await once(first, 'exit');
  const before = results();
  expect(before).not.toContain('"task":"y"');
  expect(containersOf(first.pid!).length).toBeGreaterThan(0);

  const second = await outcome(huxley(...command));
  expect(second.code).toBe(0);
  const finished = before
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).task);
  const again = second.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(
    again
      .filter(({ type }) => type === 'task')
      .map((one) => one.task)
      .sort(),
  ).toEqual(['a', 'b', 'c', 'x', 'y'].filter((id) => !finished.includes(id)));
  expect(again.at(-1)).toMatchObject({ type: 'done', total: 5, resolved: 5 });
  expect(results().startsWith(before)).toBe(true);
  expect(containersOf(first.pid!)).toEqual([]);
});

test('broken tasks are named with file and field, the others go on, and the gates tell sound from unsound', async () => {
  task('good', 0);
  task('broken', 0, { 'task.yml': 'language: shell\nsolution: [../a.sh]\nrunner: shell\n' });
  task('unsolved', 0, { 'solution/a.sh': 'echo 7\n' });
  task('open', 0, { 'workspace/a.sh': 'echo 1\n' });
  const { code, stdout, stderr } = await outcome(huxley('bench', 'validate', 'suite'));
  expect(code).toBe(1);
  expect(stderr).toContain('suite/broken/task.yml: solution.0: must be a path inside the workspace');
  expect(stderr).toContain('✓ good: oracle resolved, nop unresolved, cheat unresolved, draft none');
  expect(stderr).toContain('✗ unsolved: oracle unresolved (WRONG)');
  expect(stderr).toContain('✗ open: oracle resolved, nop resolved (WRONG)');
  expect(stderr).toContain('3 task(s) of suite are not sound');
  expect(stdout).toMatchInlineSnapshot(`
    "✗ open: oracle resolved, nop resolved (WRONG), cheat unresolved, draft none
        nop: All 1 expected tests ran and passed.
    ✗ unsolved: oracle unresolved (WRONG), nop unresolved, cheat unresolved, draft none
        oracle: 1 of 1 expected tests did not pass.
    suite: 1 of 3 tasks are sound
      oracle  2 of 3 resolved (67 %)
      nop     1 of 3 resolved (33 %)
      cheat   0 of 3 resolved (0 %)
      draft   no task has one
      canary  failed, as it must, for 2; passed for 0; none for 0; not run for 1
    "
  `);
});

test('predictions are graded again: patches that apply, that are empty, and that do not apply', async () => {
  for (const id of ['a', 'b', 'c', 'd']) task(id, 0);
  const patch = (text: string) => `diff --git a/a.sh b/a.sh\n--- a/a.sh\n+++ b/a.sh\n@@ -1 +1 @@\n-echo 0\n+${text}\n`;
  const outside =
    'diff --git a/../../x b/../../x\nnew file mode 100644\n--- /dev/null\n+++ b/../../x\n@@ -0,0 +1 @@\n+x\n';
  const lines = {
    a: patch('echo 1'),
    b: '',
    c: patch('echo 1').replace('-echo 0', '-something else entirely'),
    d: outside,
    absent: '',
  };
  write({
    'predictions.jsonl': Object.entries(lines)
      .map(([instance_id, model_patch]) => `${JSON.stringify({ instance_id, model_name_or_path: 'm', model_patch })}\n`)
      .join(''),
  });
  const { code, stderr } = await outcome(
    huxley('bench', 'grade', 'predictions.jsonl', '--suite', 'suite', '--out', 'out'),
  );
  expect({ code, absent: stderr.includes('absent isn’t a task of suite') }).toEqual({ code: 0, absent: true });
  const { tasks } = JSON.parse(readFileSync(join(folder, 'out/report.json'), 'utf8'));
  expect(tasks.map(({ task, verdict }: { task: string; verdict: string }) => `${task} ${verdict}`)).toEqual([
    'a resolved',
    'b unresolved',
    'c invalid',
    'd invalid',
  ]);
  expect(JSON.parse(readFileSync(join(folder, 'out/swe-bench-report.json'), 'utf8'))).toMatchObject({
    resolved_ids: ['a'],
    empty_patch_ids: ['b'],
    schema_version: 2,
  });
});

test('what cannot be run says so', async () => {
  task('a', 0);
  const fails = async (...args: string[]) => (await outcome(huxley('bench', ...args))).stderr;
  expect(await fails('run', '--agent', 'nowhere', '--suite', 'suite')).toContain("There is no agent 'nowhere'");
  expect(await fails('run', '--agent', 'oracle', '--suite', 'nothing')).toContain(
    'nothing is neither a suite nor a folder',
  );
  expect(await fails('run', '--agent', 'oracle', '--suite', 'suite', '--tasks', 'z*')).toContain(
    "suite has no usable task that matches 'z*'",
  );
  expect(await fails('run', '--agent', 'oracle', '--suite', 'suite', '--concurrency', '0')).toContain(
    'a whole number from 1 to 64',
  );
  await dockerSandbox({ socket }).sweep();
});
