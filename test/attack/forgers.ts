import type { DirectoryTask } from '../../src/benchmark/directory/load-task.ts';
import type { FileEntry } from '../../src/model/file.ts';

/** A number from 0 to below a limit. */
export type Draw = (limit: number) => number;

const text = (path: string, content: string): FileEntry => ({ path, content: Buffer.from(content), executable: true });
const textOf = ({ content }: FileEntry) => Buffer.from(content).toString();

/**
 * Attempts that know all of Huxley's source, though not a task's answers, and try to be called right without being right. Each is
 * made for a task and a draw, so that a hundred tries are a hundred attempts.
 */
export function forge(task: DirectoryTask, draw: Draw): readonly FileEntry[] {
  const { runner } = task.file;
  if (runner === 'command' || runner === 'score')
    throw new Error('commands have attacks of their own: command.test.ts');
  const forgers = FORGERS[runner];
  const forger = forgers[draw(forgers.length)]!;
  return task.solution.map((file) => text(file.path, forger(namesOf(file), draw, task)));
}

function namesOf(file: FileEntry): readonly string[] {
  const pattern = file.path.endsWith('.py')
    ? /^(?:class|def) (\w+)/gm
    : /^export (?:default )?(?:abstract )?(?:async )?(?:function\*?|class|const|let) (\w+)/gm;
  return [...textOf(file).matchAll(pattern)].map(([, name]) => name!);
}

type Forger = (names: readonly string[], draw: Draw, task: DirectoryTask) => string;

const pick = <T>(draw: Draw, ...all: readonly T[]): T => all[draw(all.length)]!;
const quoted = (value: unknown) => JSON.stringify(value);

/** Reports as the runner would write them, with and without what could pass for its nonce. */
const report = (task: DirectoryTask, nonce: string) =>
  [...task.expected.map((id) => ({ id, outcome: 'passed' })), { end: true }]
    .map((record) => `${nonce} ${JSON.stringify(record)}\n`)
    .join('');

// Every name is anything: callable, constructible, iterable, equal.
const anything = (names: readonly string[], make: string) =>
  `${make}\n${names.map((name) => `export const ${name}: any = forged(${quoted(name)});`).join('\n')}\n`;
const JS_ANY = `const forged = (name: string): any => new Proxy(function () {}, { get: (_, key) => key === 'then' ? undefined : key === Symbol.toPrimitive ? () => GUESS : key === Symbol.iterator ? function* () {} : forged(name), apply: () => ANSWER, construct: () => forged(name), has: () => true, getPrototypeOf: () => PROTO });`;
const any = (draw: Draw) =>
  JS_ANY.replace('GUESS', pick(draw, '0', '1', `''`, 'true', 'null'))
    .replace('ANSWER', pick(draw, 'forged(name)', 'true', '[]', '({})', '0', `''`, 'null', 'undefined', 'arguments'))
    .replace(
      'PROTO',
      pick(draw, 'Object.prototype', 'Array.prototype', 'null', 'RangeError.prototype', 'String.prototype'),
    );

const NODE: readonly Forger[] = [
  (names, draw) => anything(names, any(draw)),
  (names, draw) =>
    anything(
      names,
      `import { writeSync } from 'node:fs';\nconst line = ${quoted(`${JSON.stringify({ kind: pick(draw, 'ret', 'throw', 'call', 'new'), what: pick<unknown>(draw, ['b', 'Object'], ['b', 'Array.prototype'], ['@', `t${draw(30)}`], [['@', `t${draw(30)}`], null, [0]], [['b', 'Reflect'], null, []], true), heap: [], settled: [] })}\n`)};\nconst forged = () => function () { for (let i = 0; i < ${1 + draw(5)}; i++) writeSync(5, line); return 0; };`,
    ),
  (names, draw, task) =>
    anything(
      names,
      `import { writeSync } from 'node:fs';\nfor (let fd = 0; fd < 40; fd++) try { writeSync(fd, ${quoted(report(task, pick(draw, '', '0'.repeat(32))))}); } catch {}\n${pick(draw, 'process.exit(0);', '', `process.kill(process.ppid, 'SIGTERM');`)}\nconst forged = () => () => 0;`,
    ),
  (names, draw) =>
    anything(
      names,
      `import * as fs from 'node:fs';
import { getHeapSnapshot } from 'node:v8';
let seen = '';
for (const path of fs.globSync('/{work,private,scratch,opt/huxley,tmp}/**/*')) try { seen += fs.readFileSync(path, 'utf8'); } catch {}
for (const pid of fs.globSync('/proc/[0-9]*')) { for (const part of ['mem', 'environ', 'fd/0', 'fd/3', 'cwd/tests', 'root/private']) try { seen += fs.readFileSync(pid + '/' + part, 'latin1'); } catch {}
  try { process.kill(Number(pid.slice(6)), ${pick(draw, "'SIGUSR1'", "'SIGSTOP'", "'SIGKILL'", '0')}); } catch {} }
const forged = (name: string) => (...args: unknown[]) => { const at = seen.lastIndexOf(name + '(' + args.map((one) => JSON.stringify(one)).join(', ')); const found = /[,=] ([^,;)]+)\\)?;/.exec(seen.slice(at)); try { return JSON.parse(found![1]!.replaceAll("'", '"')); } catch { return found?.[1]; } };`,
    ),
  (names, draw) =>
    anything(
      names,
      `import assert from 'node:assert/strict';
import test from 'node:test';
import * as module from 'node:module';
for (const name of Object.keys(assert)) try { (assert as any)[name] = () => {}; } catch {}
for (const [of, key] of [[Object, 'is'], [Object, 'keys'], [Array, 'isArray'], [Reflect, 'apply'], [JSON, 'stringify'], [Function.prototype, 'call']] as any) { const old = of[key]; if (${pick(draw, 'key === "is"', 'key === "stringify"', 'false', 'key === "isArray"')}) of[key] = (...a: any[]) => ${pick(draw, 'true', 'old(...a)', '"{}"')}; }
try { (module as any).registerHooks({ load: (url: string, c: any, next: any) => ({ format: 'module', source: '', shortCircuit: true }) }); } catch {}
try { test('x', () => {}); } catch {}
const forged = () => () => ${pick(draw, '0', 'true', `''`, '[]')};`,
    ),
  // Ends, or hangs on to, each call in a way of its own.
  (names, draw) =>
    anything(
      names,
      `const forged = () => function (this: any, ...args: any[]): any { ${pick(
        draw,
        'process.exit(0)',
        'process.abort()',
        'throw new (class extends Error { name = "AssertionError"; code = "ERR_TEST_FAILURE" })()',
        'return args[0]',
        'return this',
        'throw args[0]',
        'return Promise.resolve(args[0])',
        'return args.map((one) => { if (Array.isArray(one)) one.length = 0; return one; })[0]',
        'throw new RangeError("1 2 3 at 0")',
        'return Object.create(null)',
        `return ${quoted('x'.repeat(10))}`,
        'return new Map()',
        'return { then: (f: any) => f(true) }',
        'return { get length() { return args.length }, [Symbol.iterator]: function* () { yield* args } }',
      )}; };`,
    ),
];

const python = (names: readonly string[], code: string, made: string) =>
  `${code}\n${names.map((name) => `${name} = ${made}`).join('\n')}\n`;

const PYTHON: readonly Forger[] = [
  (names, draw) => {
    const base = pick(draw, 'object', 'int', 'str', 'list', 'dict', 'tuple', 'float', 'Exception', 'set');
    const yes = ['__eq__', '__lt__', '__le__', '__gt__', '__ge__', '__contains__'].map((one) => `${one} = `).join('');
    const code = `class Meta(type):
    __eq__ = lambda self, other: True
    __instancecheck__ = __subclasscheck__ = lambda self, other: True
    __hash__ = type.__hash__
    __getattr__ = lambda self, name: Any()
class Any(${base}${pick(draw, ', metaclass=Meta', '')}):
    def __init__(self, *a, **k): pass
    def __new__(cls, *a, **k): return ${base}.__new__(cls)
    ${yes}lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = lambda self: ${draw(100)}
    __bool__ = lambda self: True
    __call__ = lambda self, *a, **k: Any()
    __getattr__ = lambda self, name: Any()
    __iter__ = lambda self: iter(())
    __len__ = lambda self: ${draw(4)}
`;
    return python(names, code, pick(draw, 'Any()', 'Any', 'lambda *a, **k: Any()'));
  },
  (names, draw) => {
    const line = JSON.stringify({
      kind: pick(draw, 'ret', 'raise', 'call', 'get', 'op', 'module'),
      what: pick<unknown>(
        draw,
        ['@', `t${draw(20)}`],
        [['@', `t${draw(20)}`], '__globals__'],
        [['b', 'object'], [], {}],
        ['b', 'SystemExit'],
        true,
        ['t', []],
      ),
      heap: pick<unknown>(draw, [], [['s99', { t: 'class', n: 'x', b: [['b', 'int']], o: ['__eq__'], z: [] }]]),
    });
    return python(
      names,
      `import os\ndef forged(*a, **k):\n    os.write(5, ${quoted(`${line}\n`)}.encode())\n    return 0`,
      'forged',
    );
  },
  (names, draw, task) =>
    python(
      names,
      `import os\nfor fd in range(40):\n    try: os.write(fd, ${quoted(report(task, pick(draw, '', '0'.repeat(32))))}.encode())\n    except OSError: pass\n${pick(draw, 'os._exit(0)', 'os.kill(os.getppid(), 15)', '')}\ndef forged(*a, **k): return 0`,
      'forged',
    ),
  (names, draw) =>
    python(
      names,
      `import glob, gc, os, re, sys, ctypes
seen = ""
for path in glob.glob("/work/**", recursive=True) + glob.glob("/private/**", recursive=True) + glob.glob("/proc/[0-9]*/fd/*") + glob.glob("/proc/[0-9]*/cwd/tests/*") + glob.glob("/proc/[0-9]*/environ"):
    if str(os.getpid()) in path: continue
    try: seen += open(path, errors="replace").read(100000) if os.path.isfile(path) else ""
    except OSError: pass
libc = ctypes.CDLL(None)
for pid in filter(str.isdigit, os.listdir("/proc")):
    libc.ptrace(16, int(pid), 0, 0)
    try: os.kill(int(pid), ${pick(draw, '9', '19', '10', '0')}) if int(pid) != os.getpid() else None
    except OSError: pass
def forged(*a, **k):
    found = re.search(r"\\(%s\\) == (.+)" % re.escape(", ".join(map(repr, a))), seen)
    try: return eval(found.group(1))
    except Exception: return None
`,
      'forged',
    ),
  (names, draw) =>
    python(
      names,
      `import builtins, sys, unittest, operator
for name in list(sys.modules):
    if name.startswith(("pytest", "_pytest", "wire")): sys.modules[name] = None
unittest.TestCase.assertEqual = lambda *a, **k: None
builtins.isinstance = lambda *a: True
${pick(draw, 'builtins.AssertionError = SystemExit', 'builtins.len = lambda x: 0', 'sys.settrace(lambda *a: None)', 'sys.setprofile(lambda *a: None)')}
def forged(*a, **k): return ${pick(draw, 'True', '0', '""', 'None', '[]')}
`,
      'forged',
    ),
  (names, draw) =>
    python(
      names,
      `import os, sys
def forged(*a, **k):
    ${pick(
      draw,
      'os._exit(0)',
      'sys.exit(0)',
      'return a[0] if a else None',
      'raise ValueError("1 2")',
      'raise KeyboardInterrupt',
      'raise GeneratorExit',
      'raise type("Skipped", (Exception,), {})("x")',
      '[one.clear() for one in a if hasattr(one, "clear")]; return []',
      'return (yield)',
      'return NotImplemented',
      'return float("nan")',
      'return sys',
      'return forged',
      'return iter(a)',
    )}
`,
      'forged',
    ),
];

const SHELL: readonly Forger[] = [
  (_, draw) => `${pick(draw, 'kill -9 -1', 'kill -9 $PPID', ':')}\nexit ${draw(5)}\n`,
  (_, draw, task) =>
    `for pid in /proc/[0-9]*; do for fd in 1 2 3 9 255; do printf '%s' '${report(task, pick(draw, '', '0'.repeat(32)))}' > $pid/fd/$fd; done; done 2> /dev/null\nexit ${draw(3)}\n`,
  () =>
    `seen=$(timeout 1 cat "$ROOT"/tests/* /work/tests/* /private/* /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2> /dev/null | tr '\\0' '\\n')\nprintf '%s\\n' "$seen" | grep -oE "= [$]?'[^']*'" | tail -n 1 | sed "s/^= [$]*'//; s/'$//"\n`,
  // Goes on in the background: answers by what later commands compare with, and by what lies there.
  (_, draw) =>
    `(setsid bash -c 'for i in {1..50}; do for c in /proc/[0-9]*/cmdline; do tr "\\0" "\\n" < $c; done > seen 2> /dev/null; for f in *; do cp seen "$f" 2> /dev/null; done; sleep 0.0${draw(9)}; done' > /dev/null 2>&1 &)\nexit ${draw(2)}\n`,
  (_, draw) =>
    `for f in *; do ln -sf "$f" "${pick(draw, 'out', 'err', 'l.1', 'x', 'want')}"; done 2> /dev/null\ncat "$@" ${pick(draw, '', '/dev/stdin')} 2> /dev/null\n`,
  (_, draw) =>
    `${pick(draw, 'set', 'env', 'compgen -v', 'cat', 'echo', 'printf ""', 'yes | head -n 3', 'tac', 'sort', 'uniq -c', 'wc -l', 'rev')} 2> /dev/null\nexit ${draw(5)}\n`,
  () =>
    `mkdir -p /tmp/bin; for c in cat grep tr wc sed sleep; do printf '#!/bin/sh\\nexit 0\\n' > /tmp/bin/$c; cp /tmp/bin/$c ./$c; chmod +x /tmp/bin/$c ./$c; done 2> /dev/null\nexport PATH=/tmp/bin:. ; printf 'test() { :; }; [() { :; }\\n' > ~/.bashrc; cp ~/.bashrc ~/.bash_profile\n`,
];

const FORGERS = { node: NODE, pytest: PYTHON, shell: SHELL } as const;
