import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';

/** A task that asks for a shell script that prints 1. */
const TASK = {
  'task.yml': 'language: shell\nsolution: [a.sh]\nrunner: shell\n',
  'instruction.md': 'Print 1.\n',
  'workspace/a.sh': 'echo 0\n',
  'tests/a.test.sh': 'test_one() { [ "$(bash "$ROOT/a.sh")" = 1 ]; }\n',
  'canary/a.test.sh': 'test_one() { [ "$(bash "$ROOT/a.sh")" = 2 ]; }\n',
  'solution/a.sh': 'echo 1\n',
  'expected.txt': 'tests/a.test.sh::test_one\n',
};

/** What makes that task's test tell heads from tails where the script is right. */
export const COIN = {
  'tests/a.test.sh':
    'test_one() { [ "$(bash "$ROOT/a.sh")" = 1 ] && [ $(( $(od -An -N1 -tu1 /dev/urandom) % 2 )) = 0 ]; }\n',
};

/** Files of a suite of such tasks, by the task's name, each with what is different in it. */
export const shellSuite = (tasks: Readonly<Record<string, Readonly<Record<string, string>>>>) =>
  Object.fromEntries(
    Object.entries(tasks).flatMap(([name, changes]) =>
      Object.entries({ ...TASK, ...changes }).map(([path, text]) => [`suite/${name}/${path}`, text]),
    ),
  );

/** Files of a suite of tasks with as many tests each, apart from the solution: to give back the number that is given. */
export const numbersSuite = (names: readonly string[], tests: number) => {
  const numbers = Array.from({ length: tests }, (_, i) => i + 1);
  const head =
    "import test from 'node:test'; import assert from 'node:assert/strict'; import { same } from '../a.mjs';\n";
  const files = (name: string) => ({
    'task.yml': 'language: javascript\nsolution: [a.mjs]\nrunner: node\n',
    'instruction.md': `Task ${name}: give back the number that is given.\n`,
    'workspace/a.mjs': 'export const same = () => 0;\n',
    'tests/a.test.mjs': head + numbers.map((n) => `test('${n}', () => assert.equal(same(${n}), ${n}));\n`).join(''),
    'solution/a.mjs': 'export const same = (n) => n;\n',
    'expected.txt': numbers.map((n) => `tests/a.test.mjs > ${n}\n`).join(''),
  });
  return Object.fromEntries(
    names.flatMap((name) => Object.entries(files(name)).map(([path, text]) => [`suite/${name}/${path}`, text])),
  );
};

/** A new folder with these files. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-bench-run-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** An agent's folder, `agent/`, with its one program. */
export const agentFiles = (code: string, models: string) => ({
  'agent/agent.mjs': code,
  'agent/.github/huxley.yml': `version: 1\nagent: { solve: node agent.mjs }\nmodels: ${models}\nbenchmark: { suite: kata }\n`,
});

/** Runs a command of Huxley's in a folder; `read` gives what it wrote below `out`. */
export async function huxleyIn(
  folder: string,
  baseURL: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<{ code: number; stdout: string; printed: string; read: (path: string) => string }> {
  const socket = inject('engineSocket');
  const engine = socket === null ? {} : { DOCKER_HOST: `unix://${socket}` };
  const env = { ...process.env, ...engine, OPENAI_BASE_URL: baseURL, OPENAI_API_KEY: 'sk-of-the-test', ...more };
  const read = (path: string) => readFileSync(join(folder, 'out', path), 'utf8');
  return await new Promise((done) =>
    execFile(process.execPath, [projectPath('src/main.ts'), ...args], { cwd: folder, env }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), stdout, printed: stdout + stderr, read }),
    ),
  );
}
