import { inject } from 'vitest';
import { grade } from '../../src/benchmark/grading/grade.ts';
import type { GradingPlan } from '../../src/benchmark/grading/plan.ts';
import { APART, RUNNERS } from '../../src/benchmark/grading/runners.ts';
import type { Grade } from '../../src/benchmark/suite.ts';
import type { FileEntry } from '../../src/model/file.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import type { Sandbox } from '../../src/sandbox/port.ts';

export const file = (path: string, text: string): FileEntry => ({
  path,
  content: Buffer.from(text),
  executable: false,
});

let sandbox: Sandbox | undefined;
export function theSandbox(): Sandbox {
  sandbox ??= dockerSandbox({ socket: inject('engineSocket') });
  return sandbox;
}

type Task = Omit<GradingPlan, 'image' | 'solution'>;

/** One small task for each runner: make `double` double a number. */
export const TASKS = {
  pytest: {
    workdir: '/work',
    pristine: [file('double.py', 'def double(n):\n    return 0\n')],
    solutionPaths: ['double.py'],
    tests: [
      file(
        'tests/test_double.py',
        `import unittest
from double import double

def test_two():
    assert double(2) == 4

def test_big():
    assert double(321) == 642

class TestZero(unittest.TestCase):
    def test_zero(self):
        self.assertEqual(double(5), 10)
`,
      ),
    ],
    canary: [
      file(
        'tests/test_double.py',
        `import unittest
from double import double

def test_two():
    assert double(2) == 5

def test_big():
    assert double(321) == 643

class TestZero(unittest.TestCase):
    def test_zero(self):
        self.assertEqual(double(5), 11)
`,
      ),
    ],
    runner: RUNNERS.pytest,
    expected: [
      'tests/test_double.py::test_two',
      'tests/test_double.py::test_big',
      'tests/test_double.py::TestZero::test_zero',
    ],
    seconds: 6,
  },
  node: {
    workdir: '/work',
    pristine: [
      file('package.json', '{"type":"module"}'),
      file('double.ts', 'export const double = (n: number): number => 0;\n'),
    ],
    solutionPaths: ['double.ts'],
    tests: [
      file(
        'tests/double.test.ts',
        `import test from 'node:test';
import assert from 'node:assert/strict';
import { double } from '../double.ts';
test('two', () => assert.equal(double(2), 4));
test('big', () => assert.deepEqual({ n: double(321) }, { n: 642 }));
`,
      ),
    ],
    canary: [
      file(
        'tests/double.test.ts',
        `import test from 'node:test';
import assert from 'node:assert/strict';
import { double } from '../double.ts';
test('two', () => assert.equal(double(2), 5));
test('big', () => assert.deepEqual({ n: double(321) }, { n: 643 }));
`,
      ),
    ],
    runner: RUNNERS.node,
    expected: ['tests/double.test.ts > two', 'tests/double.test.ts > big'],
    seconds: 6,
  },
  shell: {
    workdir: '/work',
    pristine: [file('double.sh', 'echo 0\n')],
    solutionPaths: ['double.sh'],
    tests: [
      file(
        'tests/double.test.sh',
        `test_two() { [ "$(bash "$ROOT/double.sh" 2)" = 4 ]; }
test_big() { [ "$(bash "$ROOT/double.sh" 321)" = 642 ]; }
`,
      ),
    ],
    canary: [
      file(
        'tests/double.test.sh',
        `test_two() { [ "$(bash "$ROOT/double.sh" 2)" = 5 ]; }
test_big() { [ "$(bash "$ROOT/double.sh" 321)" = 643 ]; }
`,
      ),
    ],
    runner: RUNNERS.shell,
    expected: ['tests/double.test.sh::test_two', 'tests/double.test.sh::test_big'],
    seconds: 6,
  },
} as const satisfies Record<string, Task>;

export const RIGHT: Record<keyof typeof TASKS, FileEntry> = {
  pytest: file('double.py', 'def double(n):\n    return n * 2\n'),
  node: file('double.ts', 'export const double = (n: number): number => n * 2;\n'),
  shell: file('double.sh', 'echo $(( $1 * 2 ))\n'),
};

/** Grades an attempt made by hand. `changes` to the task make an attack's case harder for us, e.g. no declared files. */
export function attempt(
  kind: keyof typeof TASKS,
  solution: readonly FileEntry[],
  changes: Partial<Task> = {},
): Promise<Grade> {
  return grade({ ...TASKS[kind], ...changes, image: inject('sandboxImage'), solution }, theSandbox());
}

/** The same attempt where the tests run apart from the code under test. */
export function attemptApart(
  kind: keyof typeof TASKS,
  solution: readonly FileEntry[],
  changes: Partial<Task> = {},
): Promise<Grade> {
  return attempt(kind, solution, { runner: APART[kind], canary: null, ...changes });
}

/**
 * Grades what a shell script leaves behind as the agent: it runs in an agent's container with the task's workspace, then
 * everything it started is killed, and what the task declares (or everything, where it declares nothing) is taken out.
 */
export async function attemptAsAgent(
  kind: keyof typeof TASKS,
  script: string,
  changes: Partial<Task> = {},
): Promise<Grade> {
  const { pristine, solutionPaths, workdir } = { ...(TASKS[kind] as Task), ...changes };
  await using container = await theSandbox().create({
    image: inject('sandboxImage'),
    purpose: 'agent',
    memoryMB: 512,
    cpus: 1,
    pids: 64,
    tmpfs: [
      { target: workdir, sizeMB: 64 },
      { target: '/tmp', sizeMB: 64 },
    ],
  });
  await container.copyIn(workdir, pristine);
  await container.exec({ command: ['bash', '-c', script], cwd: workdir, timeoutSeconds: 10, maxOutputBytes: 10_000 });
  await container.quiesce();
  const taken = await container.copyOut(workdir, {
    maxBytes: 1_000_000,
    maxFiles: 500,
    ...(solutionPaths ? { only: solutionPaths } : {}),
  });
  return await attempt(kind, taken, changes);
}
