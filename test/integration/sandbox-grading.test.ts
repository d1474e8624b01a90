import { expect, inject, test } from 'vitest';
import { grade } from '../../src/benchmark/grading/grade.ts';
import type { GradingPlan, RunOutput, TestReport } from '../../src/benchmark/grading/plan.ts';
import { APART, RUNNERS } from '../../src/benchmark/grading/runners.ts';
import type { FileEntry } from '../../src/model/file.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { connect } from '../../src/sandbox/engine.ts';
import { OWNER_LABEL } from '../../src/sandbox/hardening.ts';
import { ownerToString, thisProcess } from '../../src/sandbox/owner.ts';
import { dyingSandbox, stuckSandbox } from '../support/refusing-engine.ts';

const sandbox = dockerSandbox({ socket: inject('engineSocket') });
const file = (path: string, text: string): FileEntry => ({ path, content: Buffer.from(text), executable: false });

const PLANS: Record<keyof typeof RUNNERS, { right: string; plan: Omit<GradingPlan, 'image' | 'solution'> }> = {
  node: {
    right: 'export const add = (a: number, b: number): number => a + b;\n',
    plan: {
      workdir: '/work',
      pristine: [file('package.json', '{"type":"module"}'), file('add.ts', 'export const add = () => 0;\n')],
      solutionPaths: ['add.ts'],
      tests: [
        file(
          'tests/add.test.ts',
          `import test, { describe, it } from 'node:test'; import assert from 'node:assert/strict'; import { add } from '../add.ts'; import { four } from './help.ts';
           test('adds', () => assert.equal(add(2, 2), four)); describe('more', () => { it('adds too', () => assert.equal(add(1, 0), 1)); });`,
        ),
        file('tests/help.ts', 'export const four = 4;'),
      ],
      canary: [
        file(
          'tests/add.test.ts',
          `import test from 'node:test'; import assert from 'node:assert/strict'; import { add } from '../add.ts';
           test('adds', () => assert.equal(add(2, 2), 5));`,
        ),
      ],
      runner: RUNNERS.node,
      expected: ['tests/add.test.ts > adds', 'tests/add.test.ts > more > adds too'],
      seconds: 20,
    },
  },
  pytest: {
    right: 'def add(a, b):\n    return a + b\n',
    plan: {
      workdir: '/work',
      pristine: [file('add.py', 'def add(a, b):\n    return 0\n')],
      solutionPaths: ['add.py'],
      tests: [
        file(
          'tests/test_add.py',
          'import pytest\nfrom add import add\n\n@pytest.mark.parametrize("a", [1, 2])\ndef test_add(a):\n    assert add(a, 1) == a + 1\n',
        ),
      ],
      canary: [file('tests/test_add.py', 'from add import add\n\ndef test_add():\n    assert add(1, 1) == 3\n')],
      runner: RUNNERS.pytest,
      expected: ['tests/test_add.py::test_add[1]', 'tests/test_add.py::test_add[2]'],
      seconds: 20,
    },
  },
  shell: {
    right: 'echo $(( $1 + $2 ))\n',
    plan: {
      workdir: '/work',
      pristine: [file('add.sh', 'echo 0\n')],
      solutionPaths: ['add.sh'],
      tests: [file('tests/add.test.sh', 'test_add() {\n  [ "$(bash "$ROOT/add.sh" 1 2)" = 3 ]\n  true\n}\n')],
      canary: [file('tests/add.test.sh', 'test_add() { [ "$(bash "$ROOT/add.sh" 1 2)" = 4 ]; }\n')],
      runner: RUNNERS.shell,
      expected: ['tests/add.test.sh::test_add'],
      seconds: 20,
    },
  },
};

test.each(Object.keys(PLANS) as (keyof typeof PLANS)[])('%s: right resolves, untouched does not', async (kind) => {
  const { right, plan } = PLANS[kind];
  const attempt = (solution: readonly FileEntry[]) =>
    grade({ ...plan, image: inject('sandboxImage'), solution }, sandbox);
  const path = plan.solutionPaths![0]!;
  const expected = plan.expected.length;
  expect(await attempt([file(path, right), file('stray', 'x'), plan.canary![0]!])).toMatchObject({
    verdict: 'resolved',
    passed: expected,
    canary: 'failed',
    failed: [],
  });
  expect(await attempt([])).toMatchObject({ verdict: 'unresolved', passed: 0, expected, canary: 'not run' });
  expect(await attempt([file('../x', '')])).toMatchObject({ verdict: 'invalid' });
});

test('a share of the tests is a score only where the code under test cannot forge it: not beside a canary', async () => {
  const { plan } = PLANS.pytest;
  const attempt = (code: string, canary = plan.canary) =>
    grade({ ...plan, canary, image: inject('sandboxImage'), solution: [file('add.py', code)] }, sandbox);
  const half = 'def add(a, b):\n    return 2\n';
  const shared = await attempt(half);
  expect(shared).toMatchObject({ verdict: 'unresolved', passed: 1 });
  expect(shared).not.toHaveProperty('score');
  expect(await attempt('def add(a, b):\n    return 0\n')).toMatchObject({ verdict: 'unresolved', passed: 0, score: 0 });
  expect(await attempt(half, null)).toMatchObject({ verdict: 'unresolved', passed: 1, score: 0.5 });
});

test('a script that the tests signal gets the signal, and its status is theirs to see', async () => {
  const { plan } = PLANS.shell;
  const script = `trap 'echo told > "$1"; exit 3' TERM
trap 'echo again >> "$1"' USR1
echo ready > "$1"
while :; do sleep 0.05; done
`;
  const tests = [
    file(
      'tests/add.test.sh',
      `start() { bash "$ROOT/add.sh" "$PWD/said" & pid=$!; until [ -s said ]; do sleep 0.02; done; }
test_term() { start; kill $pid; set +e; wait $pid; [ $? = 3 ] && grep -qx told said; }
test_twice() { start; kill -USR1 $pid; sleep 0.2; kill -USR1 $pid; sleep 0.2; grep -qx again said; kill $pid; set +e; wait $pid; [ $? = 3 ]; }
test_timeout() { set +e; timeout 0.5 bash "$ROOT/add.sh" "$PWD/said"; [ $? = 124 ] && grep -qx told said; }
test_killed() { set +e; timeout -s KILL 0.5 bash "$ROOT/add.sh" "$PWD/said"; [ $? = 137 ]; }
test_input() { [ "$(echo 'read x; echo "got $x"' > "$PWD/s"; echo five | bash "$PWD/s")" = 'got five' ]; }
test_status() { set +e; echo 'kill -KILL $$' | bash; [ $? = 137 ]; }
test_pipe() { set +e; yes | bash -c 'yes | head -1' | grep -qx y; }
test_descriptors() { [ "$(bash -c 'echo /proc/self/fd/*' < /dev/null)" = '/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3' ]; }
`,
    ),
  ];
  const names = ['term', 'twice', 'timeout', 'killed', 'input', 'status', 'pipe', 'descriptors'];
  const expected = names.map((name) => `tests/add.test.sh::test_${name}`);
  const solution = [file('add.sh', script)];
  const image = inject('sandboxImage');
  for (const runner of [RUNNERS.shell, APART.shell])
    expect(await grade({ ...plan, runner, tests, expected, canary: null, image, solution }, sandbox)).toMatchObject({
      verdict: 'resolved',
      failed: [],
    });
});

test('a report that the code under test makes unreadable is a missing one', async () => {
  const { plan } = PLANS.shell;
  const runner = {
    ...RUNNERS.shell,
    report: true,
    read: ({ files }: RunOutput): TestReport => ({
      tests: new Map(files.length > 0 ? [['tests/add.test.sh::test_add', 'passed'] as const] : []),
      began: true,
      complete: files.length > 0,
      intrusion: null,
    }),
  };
  const attempt = (text: string) =>
    grade({ ...plan, runner, canary: null, image: inject('sandboxImage'), solution: [file('add.sh', text)] }, sandbox);
  expect(await attempt('echo > /report/report')).toMatchObject({ verdict: 'resolved' });
  expect(await attempt('echo > /report/report; ln -s /etc/passwd /report/x')).toMatchObject({ verdict: 'unresolved' });
});

test('a verdict stands when the engine will not remove the containers it came of, which are reported', async ({
  skip,
}) => {
  const socket = inject('engineSocket');
  if (socket === null) return skip('the engine has no socket that another could be put before');
  await using stuck = await stuckSandbox(socket);
  const { left, reports } = stuck;
  const { right, plan } = PLANS.shell;
  const attempt = { ...plan, image: inject('sandboxImage'), solution: [file('add.sh', right)] };
  expect(await grade(attempt, stuck.sandbox)).toMatchObject({ verdict: 'resolved', canary: 'failed' });
  expect(left()).toHaveLength(2);
  expect(reports.sort()).toEqual(
    left()
      .map(
        (id) =>
          `Container ${id.slice(0, 12)} could not be removed: (HTTP code 500) server error - device or resource busy. It is removed when a sandbox is opened next, after this process.`,
      )
      .sort(),
  );
  for (const id of left()) {
    const { Config } = await connect({ socket }).getContainer(id).inspect();
    expect(Config.Labels).toHaveProperty(OWNER_LABEL, ownerToString(thisProcess()));
  }
});

test('an engine that dies in the middle of a grading is waited for, and is nobody’s failure where it stays away', async ({
  skip,
}) => {
  const socket = inject('engineSocket');
  if (socket === null) return skip('the engine has no socket that another could be put before');
  const { right, plan } = PLANS.node;
  const attempt = { ...plan, canary: null, image: inject('sandboxImage'), solution: [file('add.ts', right)] };
  await using back = await dyingSandbox(socket, 1);
  expect(await grade(attempt, back.sandbox)).toMatchObject({ verdict: 'resolved' });
  await using gone = await dyingSandbox(socket, 3600);
  expect(await grade(attempt, gone.sandbox)).toMatchObject({ verdict: 'infrastructure', passed: 0 });
  await dockerSandbox({ socket }).sweep();
});
