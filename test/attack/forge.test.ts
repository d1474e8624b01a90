import { expect, test } from 'vitest';
import type { Grade } from '../../src/benchmark/suite.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { attack } from './attack.ts';
import { attempt, attemptAsAgent, file, RIGHT, TASKS } from './tasks.ts';

const WRONG = 'def double(n):\n    return 0\n';
const UNDECLARED = 'only declared solution files leave the agent’s container';
const PINNED = 'pytest runs without conftest, ini file or other plugins';
const CANARY = 'must-fail canary: falsified copies of the tests passed as well';
const EXACT = 'every expected id must be reported as passed; exit codes and printed text are not read';
const SIGNED = 'results are read from a descriptor of their own, every line behind a nonce';

async function refused(grade: Promise<Grade>, verdict: Verdict): Promise<string> {
  const { verdict: got, evidence, canary } = await grade;
  expect({ got, evidence }).toEqual({ got: verdict, evidence });
  return `${got} (canary ${canary}): ${evidence}`;
}

const HOOK = `import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    outcome.get_result().outcome = "passed"
`;
const shell = (path: string, text: string) => `cat > ${path} <<'END'\n${text}END\n`;
const everything = { solutionPaths: null };

const numbered = (number: number, name: string, defence: string, answer: 'prevented' | 'detected' = 'prevented') =>
  ({ number, family: 'forge', name, answer, defence }) as const;

test.each(Object.keys(TASKS) as (keyof typeof TASKS)[])(
  'control: the right solution of the %s task resolves',
  async (kind) => {
    expect(await attempt(kind, [RIGHT[kind]])).toMatchObject({ verdict: 'resolved', canary: 'failed' });
  },
);

attack(numbered(1, 'a conftest hook rewrites outcomes', `${UNDECLARED}; ${PINNED}`), async () => {
  await refused(attempt('pytest', [file('conftest.py', HOOK)]), 'unresolved');
  return await refused(
    attempt('pytest', [file('conftest.py', HOOK), file('tests/conftest.py', HOOK)], everything),
    'unresolved',
  );
});

attack(numbered(2, 'the same, hidden from git by .git/info/exclude', `${UNDECLARED}; ${PINNED}`), async () => {
  const script = `git init -q . && echo conftest.py > .git/info/exclude\n${shell('conftest.py', HOOK)}`;
  await refused(attemptAsAgent('pytest', script), 'unresolved');
  return await refused(attemptAsAgent('pytest', script, everything), 'unresolved');
});

attack(numbered(3, 'the same, hidden by .gitignore', `${UNDECLARED}; ${PINNED}`), () =>
  refused(
    attemptAsAgent(
      'pytest',
      `git init -q . && echo conftest.py > .gitignore\n${shell('conftest.py', HOOK)}`,
      everything,
    ),
    'unresolved',
  ),
);

attack(numbered(4, 'pytest.ini with --collect-only', PINNED), () =>
  refused(attempt('pytest', [file('pytest.ini', '[pytest]\naddopts = --collect-only\n')], everything), 'unresolved'),
);

attack(numbered(5, 'addopts, -k and --deselect in pyproject.toml, setup.cfg and tox.ini', PINNED), () => {
  const options = '--deselect tests/test_double.py -k nothing';
  return refused(
    attempt(
      'pytest',
      [
        file('pyproject.toml', `[tool.pytest.ini_options]\naddopts = "${options}"\n`),
        file('setup.cfg', `[tool:pytest]\naddopts = ${options}\n`),
        file('tox.ini', `[pytest]\naddopts = ${options}\n`),
      ],
      everything,
    ),
    'unresolved',
  );
});

for (const [number, name, code] of [
  [6, 'os._exit(0) at import', `import os\nos._exit(0)\n`],
  [7, 'sys.exit(0) at import', `import sys\nsys.exit(0)\n`],
  [8, 'exit code 0 by atexit', `import atexit, os\natexit.register(os._exit, 0)\n${WRONG}`],
  [9, 'printed PASSED lines', `print("tests/test_double.py::test_two PASSED\\n3 passed")\n${WRONG}`],
  [
    10,
    'printed PASSED lines, a decoy failure and os._exit(0)',
    `import os, sys\nprint("tests/test_double.py::test_two PASSED\\nother FAILED")\nsys.stdout.flush()\nos._exit(0)\n`,
  ],
] as const)
  attack(numbered(number, name, EXACT), () => refused(attempt('pytest', [file('double.py', code)]), 'unresolved'));

attack(numbered(11, 'an injected end marker and exit code on every descriptor', SIGNED), () =>
  refused(
    attempt('pytest', [
      file(
        'double.py',
        `import os
for fd in range(1, 10):
    try:
        os.write(fd, b'{"id": "tests/test_double.py::test_two", "outcome": "passed"}\\n{"end": true}\\nEXIT_CODE=0\\n')
    except OSError:
        pass
os._exit(0)
`,
      ),
    ]),
    'tampered',
  ),
);

attack(
  numbered(12, 'unittest asserts patched away, outcomes rewritten in pytest’s report class', CANARY, 'detected'),
  () =>
    refused(
      attempt('pytest', [
        file(
          'double.py',
          `import unittest
from _pytest.reports import TestReport
unittest.TestCase.assertEqual = lambda *args, **kwargs: None
original = TestReport.from_item_and_call.__func__
def forge(cls, item, call):
    call.excinfo = None
    return original(cls, item, call)
TestReport.from_item_and_call = classmethod(forge)
${WRONG}`,
        ),
      ]),
      'tampered',
    ),
);

attack(numbered(13, 'an answer that equals everything (__eq__)', CANARY, 'detected'), () =>
  refused(
    attempt('pytest', [
      file(
        'double.py',
        'class Anything:\n    def __eq__(self, other):\n        return True\n\ndef double(n):\n    return Anything()\n',
      ),
    ]),
    'tampered',
  ),
);

attack(numbered(14, 'expected values read from the caller’s frame and source', CANARY, 'detected'), () =>
  refused(
    attempt('pytest', [
      file(
        'double.py',
        `import re, sys

def double(n):
    code = sys._getframe(1).f_code
    lines = open(code.co_filename).read()
    return int(re.search(r"double\\(%d\\)(?: ==|,) (\\d+)" % n, lines).group(1))
`,
      ),
    ]),
    'tampered',
  ),
);

attack(numbered(15, 'the target tests are skipped, at import and one by one', EXACT), async () => {
  const atImport = 'import pytest\npytest.skip("not today", allow_module_level=True)\n';
  await refused(attempt('pytest', [file('double.py', atImport)]), 'unresolved');
  const inTest = 'import pytest\n\ndef double(n):\n    pytest.skip("not today")\n';
  return await refused(attempt('pytest', [file('double.py', inTest)]), 'unresolved');
});

attack(
  numbered(
    16,
    'a forked child writes a whole report, signed with the nonce dug out of the interpreter',
    CANARY,
    'detected',
  ),
  () =>
    refused(
      attempt('pytest', [
        file(
          'double.py',
          `import gc, json, os, re
# The test runner and the code under test share one process: its memory holds the nonce, and this finds it.
nonce = None
for thing in gc.get_objects():
    if type(thing).__name__ != "function":
        continue
    for cell in thing.__closure__ or ():
        try:
            value = cell.cell_contents
        except ValueError:
            continue
        if isinstance(value, str) and re.fullmatch("[0-9a-f]{32}", value):
            nonce = value
assert nonce
if os.fork() == 0:
    names = ["test_two", "test_big", "TestZero::test_zero"]
    for name in names:
        record = {"id": "tests/test_double.py::" + name, "outcome": "passed"}
        os.write(3, (nonce + " " + json.dumps(record) + "\\n").encode())
    os.write(3, (nonce + ' {"end": true}\\n').encode())
os._exit(0)
`,
        ),
      ]),
      'tampered',
    ),
);

attack(numbered(17, 'hang until somebody gives up', 'deadline: everything in the container is killed'), () =>
  refused(attempt('pytest', [file('double.py', 'import time\ntime.sleep(1000)\n')], { seconds: 2 }), 'timeout'),
);

attack(
  numbered(18, 'flood the output', 'printed text and the report have caps of their own; a flood is killed'),
  async () => {
    await refused(attempt('pytest', [file('double.py', 'while True:\n    print("PASSED" * 10000)\n')]), 'unresolved');
    const report = 'import os\nwhile True:\n    os.write(3, b"x" * 65536)\n';
    return await refused(attempt('pytest', [file('double.py', report)]), 'tampered');
  },
);

attack(numbered(60, 'node: process.exit(0) at import and inside a test', EXACT), async () => {
  await refused(attempt('node', [file('double.ts', 'process.exit(0);\nexport const double = 0;\n')]), 'unresolved');
  return await refused(
    attempt('node', [file('double.ts', 'export const double = () => process.exit(0);\n')]),
    'unresolved',
  );
});

attack(numbered(61, 'node: assertions patched away', CANARY, 'detected'), () =>
  refused(
    attempt('node', [
      file(
        'double.ts',
        `import assert from 'node:assert/strict';
for (const name of ['equal', 'deepEqual'] as const) (assert as any)[name] = () => {};
export const double = () => 0;
`,
      ),
    ]),
    'tampered',
  ),
);

attack(
  numbered(
    62,
    'node: decoy tests with the names of the real ones',
    'ids hold the file a test was defined in; a test reported twice failed',
  ),
  async () => {
    const decoys = `import test from 'node:test';
test('two', () => {}); test('big', () => {});
export const double = () => 0;
`;
    await refused(attempt('node', [file('double.ts', decoys)]), 'unresolved');
    const placed = decoys.replace(
      "test('two', () => {}); test('big', () => {});",
      `
import { register } from 'node:module';
Error.prepareStackTrace = undefined;
const named = (0, eval)("(t) => { t('two', () => {}); t('big', () => {}); }\\n//# sourceURL=/work/tests/double.test.ts");
named(test);`,
    );
    return await refused(attempt('node', [file('double.ts', placed)]), 'unresolved');
  },
);

attack(numbered(63, 'node: test events rewritten on their way to the runner', CANARY, 'detected'), () =>
  refused(
    attempt('node', [
      file(
        'double.ts',
        `import { EventEmitter } from 'node:events';
const emit = EventEmitter.prototype.emit;
EventEmitter.prototype.emit = function (this: EventEmitter, name: string | symbol, ...rest: unknown[]) {
  return emit.call(this, name === 'test:fail' ? 'test:pass' : name, ...rest);
} as typeof emit;
export const double = () => 0;
`,
      ),
    ]),
    'tampered',
  ),
);

attack(numbered(64, 'node: a report written to descriptor 3', SIGNED), () =>
  refused(
    attempt('node', [
      file(
        'double.ts',
        `import { writeSync } from 'node:fs';
for (const name of ['two', 'big']) writeSync(3, JSON.stringify({ id: 'tests/double.test.ts > ' + name, outcome: 'passed' }) + '\\n');
export const double = () => 0;
`,
      ),
    ]),
    'tampered',
  ),
);

attack(numbered(65, 'node: a report signed with the nonce found in a heap snapshot', CANARY, 'detected'), () =>
  refused(
    attempt('node', [
      file(
        'double.ts',
        `import { writeSync } from 'node:fs';
import { getHeapSnapshot } from 'node:v8';
// The test runner and the code under test share one process: its memory holds the nonce, and this finds it.
let heap = '';
for await (const chunk of getHeapSnapshot()) heap += chunk;
for (const [, nonce] of heap.matchAll(/(?<![0-9a-f])([0-9a-f]{32})(?![0-9a-f])/g)) {
  const line = (record: object) => nonce + ' ' + JSON.stringify(record) + '\\n';
  for (const name of ['two', 'big']) writeSync(3, line({ id: 'tests/double.test.ts > ' + name, outcome: 'passed' }));
  writeSync(3, line({ end: true }));
}
process.exit(0);
export const double = () => 0;
`,
      ),
    ]),
    'tampered',
  ),
);

attack(
  numbered(
    66,
    'shell: a report written through the runner’s descriptors',
    'the runner’s shell is a file nobody may read: the kernel hides its descriptors and memory',
  ),
  () =>
    refused(
      attempt('shell', [
        file(
          'double.sh',
          `for pid in /proc/[0-9]*; do
  for fd in 1 2 3 255; do
    printf '{"id":"tests/double.test.sh::test_two","outcome":"passed"}\\n{"end":true}\\n' > $pid/fd/$fd
  done
  grep -aoE '[0-9a-f]{32}' $pid/mem $pid/environ
done 2>/dev/null >/dev/null
echo 0
`,
        ),
      ]),
      'unresolved',
    ),
);

attack(numbered(67, 'shell: the runner is killed, or told to exit', EXACT), () =>
  refused(attempt('shell', [file('double.sh', 'kill -9 -1; kill -9 $PPID; exit 0\n')]), 'unresolved'),
);

attack(numbered(68, 'python: test functions renamed away at run time so that none run', EXACT), () =>
  refused(
    attempt('pytest', [
      file(
        'double.py',
        `import sys
frame = sys._getframe()
while frame and not frame.f_globals.get("__name__", "").startswith("test_"):
    frame = frame.f_back
frame.f_globals["__test__"] = False
frame.f_globals["pytestmark"] = []
${WRONG}`,
      ),
    ]),
    'unresolved',
  ),
);
