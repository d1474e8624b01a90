import { expect } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { attack } from './attack.ts';
import { attemptApart, file, RIGHT, TASKS } from './tasks.ts';

const APART = 'the tests run in a process of another user, and get data from the solution: no canary is asked';

const numbered = (number: number, name: string, defence = APART) =>
  ({ number, family: 'forge', name, answer: 'prevented', defence }) as const;

async function refused(kind: keyof typeof TASKS, code: string, verdict: Verdict = 'unresolved'): Promise<string> {
  const path = TASKS[kind].solutionPaths[0];
  const { verdict: got, evidence } = await attemptApart(kind, [file(path, code)]);
  expect({ got, evidence, code }).toEqual({ got: verdict, evidence, code });
  return `${got}: ${evidence}`;
}

attack(numbered(242, 'control: right solutions resolve with the tests apart, without a canary'), async () => {
  for (const kind of ['node', 'pytest', 'shell'] as const)
    expect(await attemptApart(kind, [RIGHT[kind]])).toMatchObject({ verdict: 'resolved', canary: 'none' });
  return 'resolved';
});

attack(numbered(243, 'python: answers that equal, order and hash as everything'), async () => {
  const any = (base: string, made: string) => `class Any(${base}):
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = lambda self: 4
    __bool__ = lambda self: True
    __class__ = int
def double(n):
    return ${made}
`;
  await refused('pytest', any('object', 'Any()').replace('    __class__ = int\n', ''));
  await refused('pytest', any('object', 'Any()'));
  await refused('pytest', any('int', 'Any(7)').replace('    __class__ = int\n', ''));
  await refused('pytest', any('float', 'Any(7)').replace('    __class__ = int\n', ''));
  await refused('pytest', any('dict', 'Any()').replace('    __class__ = int\n', ''));
  const meta = `class Meta(type):
    __eq__ = lambda self, other: True
    __instancecheck__ = __subclasscheck__ = lambda self, other: True
    __hash__ = lambda self: 4
class Any(metaclass=Meta): pass
def double(n): return Any
`;
  return await refused('pytest', meta);
});

attack(
  numbered(244, 'python: the assertion library, pytest, frames and the collector, all patched in its own process'),
  () =>
    refused(
      'pytest',
      `import builtins, gc, os, sys, unittest
unittest.TestCase.assertEqual = lambda *args: None
for name in list(sys.modules):
    if "pytest" in name: sys.modules[name] = None
builtins.AssertionError = type("AssertionError", (BaseException,), {})
for thing in gc.get_objects():
    if isinstance(thing, dict) and "assertEqual" in thing: thing.clear()
for fd in range(0, 30):
    try: os.write(fd, b'{"id": "tests/test_double.py::test_two", "outcome": "passed"}\\n{"end": true}\\n')
    except OSError: pass
def double(n): return 0
`,
    ),
);

attack(numbered(245, 'the tests, and the memory and descriptors of what runs them, looked for'), async () => {
  const python = `import glob, os, re
seen = []
def look(path):
    try:
        with open(path, "rb") as file: seen.append(file.read(1 << 20))
    except OSError: pass
for path in glob.glob("/work/**", recursive=True) + glob.glob("/private/**", recursive=True): look(path)
for pid in filter(str.isdigit, os.listdir("/proc")):
    if int(pid) == os.getpid(): continue
    for part in ("environ", "mem", "maps", "auxv", "syscall", "stack"): look(f"/proc/{pid}/{part}")
    for fd in glob.glob(f"/proc/{pid}/fd/*") + glob.glob(f"/proc/{pid}/cwd/tests/*") + glob.glob(f"/proc/{pid}/root/work/tests/*"):
        look(fd)
        try:
            with open(fd, "wb") as file: file.write(b"x")
        except OSError: pass
    try: os.kill(int(pid), 9)
    except OSError: pass
text = b"".join(seen).decode("latin1")
answers = dict(re.findall(r"double\\((\\d+)\\)\\s*(?:==|,)\\s*(\\d+)", text))
def double(n): return int(answers.get(str(n), -1))
`;
  await refused('pytest', python);
  await refused(
    'node',
    `import { globSync, readFileSync } from 'node:fs';
let text = '';
for (const path of [...globSync('/work/**/*'), ...globSync('/proc/[0-9]*/{environ,maps,fd/*,cwd/tests/*}')])
  if (!path.startsWith('/proc/' + process.pid)) try { text += readFileSync(path, 'latin1'); } catch {}
for (const pid of globSync('/proc/[0-9]*')) if (pid !== '/proc/' + process.pid) try { process.kill(Number(pid.slice(6)), 'SIGKILL'); } catch {}
const answers = new Map([...text.matchAll(/double\\((\\d+)\\)[^\\d]*(\\d+)/g)].map(([, a, b]) => [Number(a), Number(b)]));
export const double = (n: number): number => answers.get(n) ?? -1;
`,
  );
  return await refused(
    'shell',
    `answer=$(timeout 1 cat /work/tests/* /proc/[0-9]*/{environ,cmdline,fd/*,cwd/*} 2>/dev/null | tr '\\0' '\\n' | grep -aoE "sh\\" $1\\)\\" = [0-9]+" | grep -oE '[0-9]+$')
kill -9 -1 2>/dev/null
echo "\${answer:-0}"
`,
  );
});

attack(
  numbered(246, 'node: prototypes, assertions, the event emitter and the runner patched in its own process'),
  async () => {
    await refused(
      'node',
      `import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
for (const name of ['equal', 'deepEqual'] as const) (assert as any)[name] = () => {};
Object.is = () => true;
Array.prototype.some = () => false;
const emit = EventEmitter.prototype.emit;
EventEmitter.prototype.emit = function (this: EventEmitter, name: string | symbol, ...rest: unknown[]) {
  return emit.call(this, name === 'test:fail' ? 'test:pass' : name, ...rest);
} as typeof emit;
export const double = () => 0;
`,
    );
    return await refused(
      'node',
      `export const double = () => ({ valueOf: () => 4, toString: () => '4', [Symbol.toPrimitive]: () => 4, toJSON: () => 4 });
`,
    );
  },
);

attack(numbered(247, 'node: malformed messages on the line to the tests'), async () => {
  const line = (message: object) => JSON.stringify({ heap: [], settled: [], ...message });
  const calls = [
    // What makes code of text, by name, by prototype and by a made-up reference.
    { kind: 'call', what: [['b', 'Function'], null, ['process.exit(0)']] },
    { kind: 'call', what: [['b', 'eval'], null, ['process.exit(0)']] },
    { kind: 'call', what: [['@', 't0'], null, []] },
    { kind: 'new', what: [['@', 't1'], null, ['process.exit(0)']] },
    // The tests' own prototypes.
    { kind: 'ret', what: null, heap: [['t0', { t: 'object', p: null, v: [['equal', null]] }]] },
    { kind: 'ret', what: ['@', 's1'], heap: [['s1', { t: 'object', p: ['b', 'Number.prototype'], v: [] }]] },
    { kind: 'ret', what: ['b', 'Number.prototype'] },
    {
      kind: 'ret',
      what: ['@', 's2'],
      heap: [
        [
          's2',
          {
            t: 'object',
            p: ['b', 'Object.prototype'],
            v: [
              ['__proto__', 4],
              ['constructor', 4],
            ],
          },
        ],
      ],
    },
    { kind: 'ret', what: 4, settled: [['s3', true, 4]] },
    { kind: 'nothing', what: 1 },
  ];
  let said = '';
  for (const message of calls)
    said = await refused(
      'node',
      `import { writeSync } from 'node:fs';
const line = ${JSON.stringify(line(message))};
export const double = (n: number): number => { writeSync(5, line + '\\n'); return 0; };
`,
    );
  for (const junk of [
    '',
    '{',
    '[]',
    'null',
    '{"heap":1}',
    '{"kind":"ret"}',
    `{"kind":"ret","heap":[],"settled":[],"what":${'['.repeat(5_000)}`,
  ])
    said = await refused(
      'node',
      `import { writeSync } from 'node:fs';
export const double = (): number => { writeSync(5, ${JSON.stringify(`${junk}\n`)}); return 0; };
`,
    );
  return said;
});

attack(numbered(248, 'python: malformed messages on the line to the tests'), async () => {
  const messages = [
    { kind: 'call', what: [['b', 'eval'], ['1'], null] },
    { kind: 'call', what: [['b', 'object'], [], null] },
    { kind: 'get', what: [['@', 't0'], '__globals__'] },
    { kind: 'get', what: [['b', 'int'], '__subclasses__'] },
    { kind: 'op', what: [['b', 'int'], '__class__', []] },
    { kind: 'load', what: ['os'] },
    { kind: 'module', what: ['get', 'os', 'system'] },
    { kind: 'ret', what: ['@', 's900'] },
    {
      kind: 'ret',
      what: ['@', 's901'],
      heap: [['s901', { t: 'class', n: 'x', b: [['b', 'int']], o: ['__eq__'], z: [] }]],
    },
    {
      kind: 'ret',
      what: ['@', 's903'],
      heap: [
        ['s902', { t: 'class', n: 'x', b: [['b', 'int']], o: ['__eq__', '__hash__', '__bool__'], z: [] }],
        ['s903', { t: 'data', k: 'int', c: ['@', 's902'], v: 9 }],
      ],
    },
    { kind: 'ret', what: ['@', 's904'], heap: [['s904', { t: 'handle', c: ['b', 'object'] }]] },
    { kind: 'raise', what: ['b', 'SystemExit'] },
    {
      kind: 'raise',
      what: ['@', 's905'],
      heap: [['s905', { t: 'error', c: ['b', 'SystemExit'], a: [0], s: '', v: [] }]],
    },
    {
      kind: 'raise',
      what: ['@', 's906'],
      heap: [['s906', { t: 'error', c: ['b', 'KeyboardInterrupt'], a: [], s: '', v: [] }]],
    },
    {
      kind: 'raise',
      what: ['@', 's907'],
      heap: [['s907', { t: 'error', c: ['b', 'GeneratorExit'], a: [], s: '', v: [] }]],
    },
  ];
  let said = '';
  for (const message of messages)
    said = await refused(
      'pytest',
      `import os
LINE = ${JSON.stringify(`${JSON.stringify({ heap: [], ...message })}\n`)}
def double(n):
    os.write(5, LINE.encode())
    return 0
`,
    );
  return said;
});

attack(numbered(249, 'python: outcomes that skip or end the run, raised into the tests'), async () => {
  for (const code of [
    'import pytest\ndef double(n):\n    pytest.skip("not today")\n',
    'import unittest\ndef double(n):\n    raise unittest.SkipTest("not today")\n',
    'import pytest\ndef double(n):\n    pytest.exit("done", 0)\n',
    'import pytest\nraise pytest.skip.Exception("not today", allow_module_level=True)\n',
  ])
    await refused('pytest', code);
  return await refused('pytest', 'def double(n):\n    raise SystemExit(0)\n');
});

attack(
  numbered(250, 'shell: something is left running that changes files and watches commands while the tests compare'),
  async () => {
    const tests = [
      file(
        'tests/double.test.sh',
        `test_two() { bash "$ROOT/double.sh" 2 > out; sleep 0.3; grep -q '^4$' out; }
test_big() { bash "$ROOT/double.sh" 321 > out; sleep 0.3; grep -q '^642$' out; }
`,
      ),
    ];
    const code = `(setsid bash -c 'for i in {1..200}; do for c in /proc/[0-9]*/cmdline; do tr "\\0" " " < $c 2>/dev/null | grep -oE "\\^[0-9]+" | tr -d ^ > out; done; echo 4 >> out; echo 642 >> out; sleep 0.01; done' > /dev/null 2>&1 < /dev/null &)
echo 0
`;
    const { verdict, evidence } = await attemptApart('shell', [file('double.sh', code)], { tests });
    expect({ verdict, evidence }).toMatchObject({ verdict: 'unresolved' });
    return `${verdict}: ${evidence}`;
  },
);

attack(numbered(268, 'shell: what a file of tests starts while they are listed stays for all of them'), async () => {
  const tests = [
    file(
      'tests/double.test.sh',
      `bash "$ROOT/double.sh" &
sleep 0.3
test_two() { bash "$ROOT/double.sh" 2 > out; sleep 0.3; grep -q '^4$' out; }
test_big() { bash "$ROOT/double.sh" 321 > out; sleep 0.3; grep -q '^642$' out; }
`,
    ),
  ];
  // It starts nothing more: whatever is new is ended with all else.
  const code = `mkdir /tmp/first 2> /dev/null || exit 0
mkfifo /tmp/never
exec 9<> /tmp/never
for i in {1..500}; do
  for out in /scratch/*/out; do [ -e $out ] && echo 4 >> $out && echo 642 >> $out; done
  read -t 0.01 -u 9
done
`;
  const { verdict, evidence } = await attemptApart('shell', [file('double.sh', code)], { tests });
  expect({ verdict, evidence }).toMatchObject({
    verdict: 'unresolved',
    evidence: '2 of 2 expected tests did not pass.',
  });
  return `${verdict}: ${evidence}`;
});

attack(numbered(269, 'shell: no process is left to end what is left running, until the tests go on'), async () => {
  const tests = [
    file(
      'tests/double.test.sh',
      `soon() { for i in {1..40}; do grep -q "$1" out && return 0; sleep 0.05; done; return 1; }
test_two() { bash "$ROOT/double.sh" 2 > out; soon '^4$'; }
test_big() { bash "$ROOT/double.sh" 321 > out; soon '^642$'; }
`,
    ),
  ];
  // A writer, and as many sleepers as there is room for: a shell that cannot fork gives up after 15 seconds each time.
  const code = `exec python3 -c '
import glob, os, re, time
def child(work):
    if os.fork() == 0:
        os.setsid()
        for fd in (0, 1, 2): os.close(fd)
        work()
        os._exit(0)
def write():
    end = time.time() + 100
    while time.time() < end:
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try: asked = re.search(r"\\^(\\d+)\\$", open(path).read())
            except OSError: continue
            if asked: open("out", "w").write(asked[1] + "\\n")
def fill():
    end = time.time() + 40
    while time.time() < end:
        try: child(lambda: time.sleep(max(0, end - time.time())))
        except OSError: pass
child(write)
for _ in range(3): child(fill)
time.sleep(1)
os._exit(0)
'
`;
  const { verdict, evidence } = await attemptApart('shell', [file('double.sh', code)], { tests, seconds: 120 });
  expect({ verdict, evidence }).toMatchObject({ verdict: 'unresolved' });
  return `${verdict}: ${evidence}`;
});

attack(numbered(273, 'shell: what is left running kills what would end it'), async () => {
  const tests = [
    file(
      'tests/double.test.sh',
      `soon() { for i in {1..40}; do grep -q "$1" out && return 0; sleep 0.05; done; return 1; }
test_two() { bash "$ROOT/double.sh" 2 > out; soon '^4$'; }
test_big() { bash "$ROOT/double.sh" 321 > out; soon '^642$'; }
`,
    ),
  ];
  // Its own user's processes are all it may kill, and from the moment they are that user's.
  const code = `exec python3 -c '
import glob, os, re, time
parent = os.getpid()
if os.fork() == 0:
    os.setsid()
    for fd in (0, 1, 2): os.close(fd)
    end = time.time() + 10
    while os.getppid() == parent: pass
    while time.time() < end:
        quiet = time.time() + 0.3
        while time.time() < quiet:
            try: os.kill(-1, 9)
            except OSError: pass
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try: asked = re.search(r"\\^(\\d+)\\$", open(path).read())
            except OSError: continue
            if asked: open("out", "w").write(asked[1] + "\\n")
    os._exit(0)
time.sleep(0.1)
os._exit(0)
'
`;
  const { verdict, evidence } = await attemptApart('shell', [file('double.sh', code)], { tests, seconds: 60 });
  expect({ verdict, evidence }).toMatchObject({ verdict: 'unresolved' });
  return `${verdict}: ${evidence}`;
});

attack(numbered(329, 'shell: what is left running outlives a shell that the tests kill at once'), async () => {
  const tests = [
    file(
      'tests/double.test.sh',
      `soon() { for i in {1..80}; do grep -q "$1" out && return 0; sleep 0.05; done; return 1; }
test_big() { bash "$ROOT/double.sh" stay & sleep 0.5; kill -KILL $!; echo 0 > out; soon '^642$'; }
test_two() { timeout -s KILL 0.5 bash "$ROOT/double.sh" stay || true; echo 0 > out; soon '^4$'; }
`,
    ),
  ];
  const code = `setsid bash -c 'sleep 2; for i in {1..100}; do echo 4 >> out; echo 642 >> out; sleep 0.02; done' > /dev/null 2>&1 < /dev/null &
sleep 10
`;
  const { verdict, evidence } = await attemptApart('shell', [file('double.sh', code)], { tests, seconds: 60 });
  expect({ verdict, evidence }).toMatchObject({
    verdict: 'unresolved',
    evidence: '2 of 2 expected tests did not pass.',
  });
  return `${verdict}: ${evidence}`;
});
