import { expect } from 'vitest';
import { attack } from './attack.ts';
import { attemptApart, file } from './tasks.ts';

// What crosses the line between the tests and the solution, and what it could do on the tests' side.

const numbered = (number: number, name: string, defence: string) =>
  ({ number, family: 'forge', name, answer: 'prevented', defence }) as const;

async function refused(kind: 'node' | 'pytest', tests: string, code: string): Promise<string> {
  const [path, test, head, id] =
    kind === 'node'
      ? [
          'double.ts',
          'tests/double.test.ts',
          "import test from 'node:test';\nimport assert from 'node:assert/strict';\n",
          'tests/double.test.ts > it',
        ]
      : ['double.py', 'tests/test_double.py', 'import operator\nimport pytest\n', 'tests/test_double.py::test_it'];
  const changes = { tests: [file(test, head + tests)], expected: [id] };
  const { verdict, evidence } = await attemptApart(kind, [file(path, code)], changes);
  expect({ verdict, evidence, code }).toEqual({ verdict: 'unresolved', evidence, code });
  return `${verdict}: ${evidence}`;
}

/** For solutions that talk over the line themselves. */
const LINE = `import { readSync, writeSync } from 'node:fs';
const say = (message: object) => writeSync(5, JSON.stringify({ kind: 'ret', settled: [], heap: [], ...message }) + '\\n');
const buffer = Buffer.alloc(1 << 16);
const hear = () => {
  let said = '';
  while (!said.endsWith('\\n')) try { said += buffer.toString('utf8', 0, readSync(4, buffer)); } catch {}
  return JSON.parse(said);
};
let next = 900;
const list = (v: unknown[]) => ['s' + next++, { t: 'array', f: 0, v }];
const ask = (kind: string, target: unknown, self: unknown, args: unknown[]) => {
  const given = list(args);
  const whole = list([target, self, ['@', given[0]]]);
  say({ kind, what: ['@', whole[0]], heap: [given, whole] });
  return hear();
};`;
const NODE_DOUBLE = "import { double } from '../double.ts';\ntest('it', () => assert.equal(double(321), 642));\n";

attack(
  numbered(
    260,
    "node: a module's list of exports that answers with code for the tests' process",
    'names of exports are texts, lists that cross are lists and nothing else',
  ),
  async () => {
    const object = (own: string) => [
      ['s900', { t: 'object', p: ['b', 'Object.prototype'], f: 0, v: [[own, ['@', 's901'], 0]] }],
      ['s901', { t: 'fn', n: '', l: 0, c: 0, p: null, m: null, v: [] }],
    ];
    const array = [['s900', { t: 'array', f: 0, v: [] }], ...object('map')];
    let said = '';
    for (const heap of [object('map'), array])
      said = await refused(
        'node',
        NODE_DOUBLE,
        `${LINE}
say({ what: ['@', 's900'], heap: ${JSON.stringify(heap)} });
hear();
say({ what: ['@', 's900'] });
hear();
const code = "import assert from 'node:assert/strict'; for (const name of Object.keys(assert)) assert[name] = () => {}; export const double = () => 0;";
say({ what: ['@', 's902'], heap: [['s902', { t: 'array', f: 0, v: [code] }]] });
`,
      );
    return said;
  },
);

attack(
  numbered(
    261,
    "node: the tests' own method called on a prototype that everything has",
    'prototypes cross as prototypes, never as values',
  ),
  () =>
    refused(
      'node',
      `import { double } from '../double.ts';
class Store {
  put(key: string, value: unknown) { (this as any)[key] = value; }
}
test('it', () => {
  const answer = double(new Store());
  assert.ok([642].every((one) => one === answer));
});
`,
      `${LINE}
// Whatever the tests handed over may be the method.
export const double = () => {
  for (let id = 0; id < 9; id++)
    for (const made of ['Boolean', 'Object'])
      ask('call', ['@', 't' + id], ['b', 'Array.prototype'], ['every', ['b', made]]);
  return 0;
};
`,
    ),
);

attack(
  numbered(
    262,
    'python: answers that say what is left when the expected is taken from them',
    'data is reckoned with as data; what is made of a handle and data gives no data',
  ),
  async () => {
    const near = 'from double import double\ndef test_it():\n    assert abs(double(321) - 642.5) < 1e-9\n';
    const approx = 'from double import double\ndef test_it():\n    assert double(321) == pytest.approx(642.5)\n';
    const number = `class Any(float):
    __sub__ = __rsub__ = __mod__ = __rmod__ = lambda self, other: 0.0
    __abs__ = lambda self: 0.0
def double(n): return Any(1)
`;
    for (const tests of [near, approx]) await refused('pytest', tests, number);
    await refused('pytest', near, number.replace('(float)', '').replace('Any(1)', 'Any()'));
    await refused(
      'pytest',
      near,
      'class Any:\n    __sub__ = lambda self, other: self\n    __abs__ = lambda self: 0.0\ndef double(n): return Any()\n',
    );
    await refused(
      'pytest',
      near,
      'class Base:\n    __sub__ = __rsub__ = lambda self, other: 0.0\nclass Any(Base, float): pass\ndef double(n): return Any(1)\n',
    );
    const starts = 'from double import double\ndef test_it():\n    assert double(321).startswith("642")\n';
    return await refused(
      'pytest',
      starts,
      `import json, os
def say(message): os.write(5, json.dumps({"heap": [], **message}).encode() + b"\\n")
def double(n):
    say({"kind": "ret", "what": ["@", "s901"], "heap": [
        ["s900", {"t": "class", "n": "x", "b": [["b", "str"]], "o": ["startswith", "__getattribute__"], "z": []}],
        ["s901", {"t": "data", "k": "str", "c": ["@", "s900"], "v": "0"}]]})
    while True:
        line = b""
        while not line.endswith(b"\\n"):
            line += os.read(4, 1) or os._exit(0)
        say({"kind": "ret", "what": True})
`,
    );
  },
);

attack(
  numbered(
    263,
    "python: the class of a function that a test hands over, called to read the tests' globals",
    'a class that crossed as the class of something is not called',
  ),
  () =>
    refused(
      'pytest',
      `from double import double
class Thing:
    kind = 5
def test_it():
    assert double(Thing(), operator.attrgetter("kind"), lambda: 4) == 642
`,
      `import re
def double(thing, key, work):
    evaluate = type(key)("__builtins__.get")(work)("eval")
    text = evaluate("open('/work/tests/test_double.py').read()")
    return int(re.search(r"== (\\d+)", text)[1])
`,
    ),
);

attack(
  numbered(
    264,
    'node: well-formed calls of what makes code, and changes to functions of the tests',
    'only functions that crossed are called, and none is changed',
  ),
  () =>
    refused(
      'node',
      `import { double } from '../double.ts';
const check = (answer: unknown) => answer === 642;
check.strict = (answer: unknown) => answer === 642;
class Thing { is(answer: unknown) { return answer === 642; } }
test('it', () => {
  const thing = new Thing();
  const answer = double(check, thing);
  assert.ok(check.strict(answer));
  assert.ok(new Thing().is(answer));
});
`,
      `${LINE}
const code = "globalThis[Symbol.for('huxley-apart:')] = 1; process.getBuiltinModule('assert').strict.ok = () => {};";
export const double = () => {
  for (const kind of ['call', 'new']) {
    for (const name of ['Function', 'eval', 'Function.prototype.constructor', 'globalThis', 'process', 'Proxy'])
      ask(kind, ['b', name], null, [code]);
    for (let id = 0; id < 12; id++) ask(kind, ['@', 't' + id], ['b', 'Object'], [code]);
  }
  for (let id = 0; id < 12; id++)
    for (const name of ['strict', 'is'])
      for (const t of ['object', 'fn']) {
        const own = [name, ['b', 'Object']];
        say({ kind: 'call', what: ['@', 's899'], heap: [
          ['s899', { t: 'array', f: 0, v: [['b', 'Object'], null, ['@', 's898']] }],
          ['s898', { t: 'array', f: 0, v: [] }],
          ['t' + id, { t, n: '', l: 0, c: 0, p: null, m: null, f: 0, v: [own] }],
        ] });
        if (id === 11) hear();
      }
  return 0;
};
`,
    ),
);

attack(
  numbered(
    265,
    'python: well-formed requests for what nobody gave',
    'nothing is reached by name but what the tests gave',
  ),
  () =>
    refused(
      'pytest',
      `from double import double
class Thing:
    def __init__(self):
        self.kind = 5
        self._answer = 642
    def __len__(self):
        return 3
def test_it():
    thing = Thing()
    assert double(thing, lambda: thing, Thing) == thing._answer
`,
      `import json, os
count = [900]
def listed(items):
    count[0] += 1
    return [f"s{count[0]}", {"t": "list", "v": items}]
def ask(kind, target, *rest):
    heap = []
    items = [target]
    for one in rest:
        if isinstance(one, tuple):
            heap.append(listed(list(one)))
            one = ["@", heap[-1][0]]
        items.append(one)
    if kind == "call":
        count[0] += 1
        heap.append([f"s{count[0]}", {"t": "dict", "v": []}])
        items.append(["@", heap[-1][0]])
    heap.append(listed(items))
    os.write(5, json.dumps({"kind": kind, "what": ["@", heap[-1][0]], "heap": heap}).encode() + b"\\n")
    line = b""
    while not line.endswith(b"\\n"):
        line += os.read(4, 1) or os._exit(0)
    return json.loads(line)
def double(thing, work, kind):
    for id in range(12):
        target = ["@", f"t{id}"]
        for name in ("_answer", "__dict__", "__class__", "__init__", "__globals__", "__code__", "__closure__", "__builtins__", "func_globals"):
            for verb in ("get", "op"):
                said = ask(verb, target, name) if verb == "get" else ask(verb, target, name, ())
                if said["kind"] == "ret" and said["what"] == 642: return 642
        said = ask("call", ["b", "repr"], (target,))
        said = ask("call", ["b", "dict"], (target,))
        for t in ("error", "dict", "class", "data"):
            os.write(5, b"")
    for name in ("eval", "exec", "type", "getattr", "vars", "open", "__import__"):
        said = ask("call", ["b", name], ("1",))
    return 0
`,
    ),
);

attack(
  numbered(
    266,
    'what is expected, taken from an assertion that failed in a callback, or from the message of an error',
    'such an assertion fails the test whatever comes after; messages cross as texts',
  ),
  async () => {
    const seen = `import { double } from '../double.ts';
test('it', () => {
  const seen: number[] = [];
  (double as any)((answer: number) => { assert.equal(answer, 642); seen.push(answer); });
  assert.deepEqual(seen, [642]);
});
`;
    await refused(
      'node',
      seen,
      'export const double = (use: any) => { try { use(0); } catch (error: any) { use(error.expected); } };\n',
    );
    const message = `import { double } from '../double.ts';
test('it', () => assert.throws(() => double(321), (error: any) => error instanceof SyntaxError && error.message.endsWith('642')));
`;
    const any = '{ endsWith: () => true }';
    await refused(
      'node',
      message,
      `export const double = () => { throw Object.defineProperty(new SyntaxError('x'), 'message', { value: ${any} }); };\n`,
    );
    await refused(
      'node',
      message,
      `class Odd extends SyntaxError {}\nObject.defineProperty(Odd.prototype, 'message', { get: () => (${any}) });\nexport const double = () => { throw new Odd(); };\n`,
    );
    return await refused(
      'pytest',
      `from double import double
def test_it():
    seen = []
    def use(answer):
        assert answer == 642
        seen.append(answer)
    double(use)
    assert seen == [642]
`,
      'def double(use):\n    try: use(0)\n    except AssertionError as error: use(int(str(error).split("== ")[1].split()[0]))\n',
    );
  },
);

attack(
  numbered(
    267,
    'node: a function of the tests that changes what it is given, given Math',
    "what is the language's cannot be changed where the tests run",
  ),
  () =>
    refused(
      'node',
      `import { double } from '../double.ts';
class Store {
  data: any = {};
  put(key: string, value: unknown) { this.data[key] = value; }
}
test('it', () => {
  const answer: any = double(new Store() as any);
  assert.ok(Math.abs(answer - 642) < 1e-9);
});
`,
      `export const double = (store: any) => {
  try { store.put.call({ data: Math }, 'abs', () => 0); } catch {}
  return 0;
};
`,
    ),
);
