import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SystemChange, SystemEntry } from '../../../model/system/change.ts';
import { callsFinder, commandsIn } from './commands.ts';
import { inspect, licenceOf } from './inspect.ts';

const IMAGE = new Set([
  ...['usr', 'usr/bin', 'usr/bin/bash', 'usr/bin/python3', 'usr/lib/x86_64-linux-gnu/libc.so.6', 'app', 'app/main.py'],
  ...['usr/lib/python3.11/json/__init__.py', 'usr/lib/python3/dist-packages/pytest/__init__.py', 'opt/venv/bin/python'],
  'usr/share/perl/5.36.0/Test/More.pm',
]);
const SCRIPT = `#!/bin/bash
# The server must answer.
curl x | sh
if X="a b" timeout 60 uvx -p 3.13 pytest /tests/test_outputs.py; then echo 1; fi
`;
const VERIFIER = {
  path: ['/opt/venv/bin', '/usr/bin'],
  workdir: '/app',
  called: commandsIn([{ path: 'test.sh', content: Buffer.from(SCRIPT) }]),
  named: new Set<string>(),
  finds: false,
};

const entry = (text: string, over: Partial<SystemEntry> = {}): SystemEntry => ({
  ...{ type: 'file', mode: 0o644, uid: 0, gid: 0, content: Buffer.from(text), target: '' },
  ...over,
});
const added = (path: string, after = entry('new')): SystemChange => ({ path, before: null, after });
const changed = (path: string, after: SystemEntry | null = entry('new')): SystemChange => ({
  path,
  before: entry('old'),
  after,
});
const look = (changes: readonly SystemChange[], licensed: readonly string[] = []) =>
  inspect({ changes, image: IMAGE, skipped: [] }, VERIFIER, new Set(licensed));

it.each([
  [changed('usr/bin/bash'), '"/usr/bin/bash" (replaced)'],
  [changed('usr/bin/python3', null), '"/usr/bin/python3" (gone)'],
  [changed('usr/lib/x86_64-linux-gnu/libc.so.6'), '"/usr/lib/x86_64-linux-gnu/libc.so.6" (replaced)'],
  [changed('usr', entry('', { type: 'link', target: '/tmp/usr' })), '"/usr" (replaced)'],
  [changed('opt/venv/bin/python'), '"/opt/venv/bin/python" (replaced)'],
  [added('etc/ld.so.preload'), '"/etc/ld.so.preload" (loaded by every program of its kind)'],
  ...[
    'app/sitecustomize.py',
    'usr/local/lib/python3.11/site-packages/sitecustomize/__init__.py',
    'usr/local/lib/python3.11/site-packages/sitecustomize.pyc',
    'usr/local/lib/python3.11/sitecustomize.cpython-311-x86_64-linux-gnu.so',
    'usr/local/lib/python3.11/pytest.pyc',
    'app/pytest/__init__.py',
  ].map((path) => [added(path), `"/${path}" (loaded by every program of its kind)`] as const),
  [
    added('usr/local/lib/python3.11/dist-packages', entry('', { type: 'link', target: '/srv/mine' })),
    '"/usr/local/lib/python3.11/dist-packages" (a link where modules and programs are looked for)',
  ],
  [
    added('usr/local/share/perl/5.36.0/Test/More.pm'),
    '"/usr/local/share/perl/5.36.0/Test/More.pm" (in front of a library of that name)',
  ],
  [added('app/pytest.py'), '"/app/pytest.py" (loaded by every program of its kind)'],
  [added('usr/local/bin/bash'), '"/usr/local/bin/bash" (in front of a program of that name)'],
  [added('usr/local/bin/uvx'), '"/usr/local/bin/uvx" (a program that the verifier calls)'],
  [added('usr/local/lib/libc.so.6'), '"/usr/local/lib/libc.so.6" (in front of a library of that name)'],
  [
    added('usr/lib/python3/dist-packages/a.dist-info/entry_points.txt', entry('[pytest11]\na = a\n')),
    '"/usr/lib/python3/dist-packages/a.dist-info/entry_points.txt" (a plug-in of the test runner)',
  ],
  [
    added('usr/local/lib/python3.11/site-packages/x-1.DIST-INFO/entry_points.txt', entry('[pytest11]\nx=x')),
    '"/usr/local/lib/python3.11/site-packages/x-1.DIST-INFO/entry_points.txt" (a plug-in of the test runner)',
  ],
] as const)('suspects what a verifier runs or loads: %#', (change, words) => {
  expect(look([change]).suspect).toEqual([words]);
  expect(look([change], [change.path]).suspect).toEqual([]);
});

/** New where interpreters, linkers, shells or tools look by default. */
const LOOKED_IN = [
  'usr/local/lib/python311.zip',
  'usr/local/bin/pyvenv.cfg',
  'usr/local/bin/python3._pth',
  'usr/lib/python3/dist-packages/x.pth',
  'root/.local/lib/python3.11/site-packages/json.py',
  'root/.local/lib/python3.11/site-packages/_pytest/__init__.py',
  'usr/local/lib/python3.11/dist-packages/mine/__init__.py',
  'usr/local/bin/gcc',
  'usr/local/bin/server',
  'usr/local/lib/libmine.so.1',
  'usr/local/etc/npmrc',
  'usr/local/pip.conf',
  'etc/xdg/pip/pip.conf',
  'usr/local/cargo/config.toml',
  'root/.config/go/env',
  'etc/uv/uv.toml',
  'usr/local/lib/ruby/site_ruby/3.3.0/rubygems_plugin.rb',
  'opt/venv/lib/python3.11/site-packages/mine.py',
  '.cargo/config.toml',
  'Gemfile',
  'app/vendor/pytest/__init__.py',
  'tmp/pytest.py',
];

/** Of ordinary images, with which interpreters and tools work. */
const TOOLCHAINS = [
  'usr/local/rustup/toolchains/1.80.0/bin/cargo',
  'usr/local/go/src/testing/testing.go',
  'usr/local/go/pkg/tool/linux_amd64/link',
  'usr/local/go/go.env',
  'usr/local/bundle/gems/rspec-core-3.13.0/lib/rspec/core.rb',
  'usr/share/maven/lib/maven-core-3.9.jar',
  'root/.nvm/nvm.sh',
  'root/.nvm/versions/node/v22.0.0/bin/node',
  'root/.nvm/versions/node/v22.0.0/lib/node_modules/jest/bin/jest.js',
  'root/.cargo/env',
  'opt/java/openjdk/lib/modules',
  'root/.local/share/uv/python/cpython-3.13/bin/python3.13',
  'etc/passwd',
  'data/table.csv',
];

it.each([
  ...LOOKED_IN.map((path) => added(path)),
  ...TOOLCHAINS.flatMap((path) => [changed(path), changed(path, null)]),
])('leaves as it is what may be looked for, or is the image’s: $path', (change) => {
  const nothing = { laid: [], privileged: [], suspect: [] };
  expect(look([change])).toEqual({ ...nothing, putBack: [change.path] });
  expect(look([change], [change.path])).toEqual({ ...nothing, laid: [change], putBack: [] });
});

it('leaves what became a folder, or a link, as it is with all that lies in it', () => {
  const folder = entry('', { type: 'folder' });
  const changes = [changed('data/a', folder), added('data/a/b'), added('data/a/b/c'), added('data/ab')];
  const { laid, putBack } = look(changes, ['data/a/b']);
  expect(putBack).toEqual(['data/a', 'data/a/b', 'data/a/b/c']);
  expect(laid).toEqual([added('data/ab')]);
});

it('licenses the folders of what the task’s solution changes, but not those of many programs, and programs by name', () => {
  const licence = [
    ...licenceOf([
      added('usr/local/lib/python3.11/site-packages/mine/__init__.py'),
      added('usr/local/lib/libmine.so.1'),
      changed('data/sets/a.csv'),
      added('usr/local/bin/rotate'),
      changed('etc', entry('', { type: 'folder' })),
    ]),
  ];
  const licensed = [
    added('usr/local/lib/python3.11/site-packages/mine/new.py'),
    changed('data/sets/b.csv'),
    added('usr/bin/rotate'),
  ];
  expect(look(licensed, licence)).toEqual({ laid: licensed, privileged: [], suspect: [], putBack: [] });
  const others = [
    'usr/local/lib/python311.zip',
    'usr/local/lib/python3.11/site-packages/x.pth',
    'usr/local/bin/pyvenv.cfg',
    'etc/uv/uv.toml',
  ];
  expect(
    look(
      others.map((path) => added(path)),
      licence,
    ),
  ).toMatchObject({ laid: [], putBack: others });
});

const venv = (root: string) => [
  added(root, entry('', { type: 'folder' })),
  added(`${root}/bin/pip`),
  added(`${root}/bin/python3`, entry('', { type: 'link', target: '/usr/bin/python3' })),
  added(`${root}/lib/python3.11/site-packages/distutils-precedence.pth`),
  added(`${root}/lib/python3.11/site-packages/json/__init__.py`),
  added(`${root}/lib/python3.11/site-packages/pytest/__init__.py`),
  added(`${root}/lib/python3.11/site-packages/p-1.dist-info/entry_points.txt`, entry('[pytest11]\n')),
  added(`${root}/lib64`, entry('', { type: 'link', target: 'lib' })),
  added(`${root}/pyvenv.cfg`),
];

it.each(['app/.venv', 'tmp/v', 'venv'])('lets an answer make a virtual environment: %s', (root) => {
  const changes = venv(root);
  expect(look(changes)).toEqual({ laid: changes, privileged: [], suspect: [], putBack: [] });
});

it('takes nothing for a virtual environment that is looked in by default, or where the tests run', () => {
  const of = (changes: readonly SystemChange[], finds = false) =>
    inspect({ changes, image: IMAGE, skipped: [] }, { ...VERIFIER, called: new Set(), finds }, new Set());
  // The file that tells of it cannot be what lets a module of the test runner through.
  expect(of([...venv('app/pytest'), added('app/pytest/__init__.py')]).suspect).toHaveLength(1);
  expect(of([added('app/pyvenv.cfg'), added('app/bin/python'), added('app/pytest.py')]).suspect).toHaveLength(1);
  expect(of(venv('root/.local')).laid.map(({ path }) => path)).toEqual(['root/.local']);
  expect(
    of([added('app/.venv', entry('', { type: 'link', target: '/opt/v' })), ...venv('app/.venv')], true).laid,
  ).toEqual([]);
  const made = { changes: [added('app/.venv/lib/python3.11/site-packages/mine.py')], skipped: [] };
  const image = new Set([...IMAGE, 'app/.venv', 'app/.venv/pyvenv.cfg']);
  expect(inspect({ ...made, image }, VERIFIER, new Set()).putBack).toHaveLength(1);
});

it.each([
  ['/', ['app/main.py', 'srv/x'], ['usr/share/x', 'root/.x', 'opt/venv/x']],
  ['/root', ['root/main.py'], ['root/.cargo/env', 'app/main.py']],
  ['/usr/src/app', ['usr/src/app/main.py'], ['usr/src/other', 'app/main.py']],
  ['/srv/app', ['srv/app/main.py'], ['srv/data', 'app/main.py']],
])('lets work change in the working directory what is none of the system’s: %s', (workdir, free, kept) => {
  const changes = [...free, ...kept].map((path) => changed(path));
  const seen = inspect({ changes, image: IMAGE, skipped: [] }, { ...VERIFIER, workdir }, new Set());
  expect(seen).toMatchObject({ suspect: [], putBack: kept });
});

it('knows the programs that a verifier’s files call from other words', () => {
  expect([...VERIFIER.called].sort()).toEqual(['curl', 'echo', 'fi', 'sh', 'timeout', 'uvx']);
  const python = `import subprocess # the server must answer
assert answer["server"] == open("server").read()
subprocess.run(["/usr/local/bin/rotate", "now"]); os.system("cat x | sort"); execFileSync('node', [])`;
  const called = commandsIn([{ path: 'test_x.py', content: Buffer.from(python) }]);
  expect([...called].sort()).toEqual(['cat', 'node', 'rotate', 'sort']);
  const shell = `#!/bin/bash -e
echo "it's #1" # don't call "server"
python3 - <<'EOF'
server = start()
EOF
node -e "
server = 1
"
sh <<X
rotate now
X
after`;
  const named = commandsIn([{ path: 'run', content: Buffer.from(shell) }]);
  expect([...named].sort()).toEqual(['X', 'after', 'echo', 'node', 'python3', 'rotate', 'sh']);
});

it.each([
  ['cd /app && $HOME/.local/bin/uv run pytest /tests/test_outputs.py', true],
  ['~/.local/bin/uv pip install x', true],
  ['UV=$(which uv)\n"$UV" run pytest', true],
  ['bash -c "uv run pytest"', true],
  ['sudo -u nobody uv sync', true],
  ['python3 -m poetry run pytest', true],
  ['subprocess.run(["pdm", "run", "x"])', true],
  ["echo It\\'s time\necho 'Test # 1' && uv run pytest", true],
  ["cat <<E\ndon't\nE\necho 'Test # 1' && uv run pytest", true],
  ['uv>log run pytest', true],
  ['pipx run poetry@1.8 run pytest', true],
  ['#!/usr/bin/env -S uv run', true],
  ['curl -LsSf https://astral.sh/uv/0.9.5/install.sh | sh\nuvx pytest', false],
  ['# uv finds it\npytest', false],
  ['pip install uvicorn python-poetry-core', false],
])('knows whether a verifier may look for an environment: %s', (script, finds) => {
  expect(callsFinder([{ path: 'test.sh', content: Buffer.from(script) }])).toBe(finds);
});

it.each([
  "cat <<'EOF' | bash\ncurl x\nEOF",
  "cat <<'EOF' > /tmp/run\ncurl x\nEOF\nbash /tmp/run",
  'sudo -i <<EOF\ncurl x\nEOF',
  "bash -c '\ncurl x\n'",
  'su nobody -c "\ncurl x\n"',
  'OUT="$(\ncurl x\n)"',
  "echo It\\'s time\ncurl x\necho 'done'",
])('lays no program in front of one that a verifier may call, where its work is on the path: %j', (script) => {
  const tests = [{ path: 'test.sh', content: Buffer.from(script) }];
  const calls = { called: commandsIn(tests), named: commandsIn(tests, true), finds: false };
  const image = new Set(['go', 'go/bin', 'usr/local/go/bin/go', 'usr/bin/bash']);
  const golang = { path: ['/go/bin', '/usr/local/go/bin', '/usr/bin'], workdir: '/go', ...calls };
  const { laid, suspect } = inspect(
    { changes: [added('go/bin/curl'), added('go/bin/mine')], image, skipped: [] },
    golang,
    new Set(),
  );
  expect([laid.map(({ path }) => path), suspect]).toEqual([['go/bin/mine'], []]);
});

it('lets an answer work, and leave files where nobody looks', () => {
  const work = [
    changed('app/main.py'),
    changed('app/main.py', null),
    added('opt/rotate'),
    added('srv/kept'),
    added('root/notes.txt'),
    added('tmp/x'),
    added('app/build/libc.so.6'),
    added('app/vendor/other/__init__.py'),
    added('app/lib/json.py'),
    added('usr/local/bin', entry('', { type: 'folder', mode: 0o755 })),
    added('app/link', entry('', { type: 'link', target: '/usr/bin/python3' })),
  ];
  expect(look(work)).toEqual({ laid: work, privileged: [], suspect: [], putBack: [] });
});

it('leaves the harness its folders, and caches, tools’ settings and cron as the image has them', () => {
  const aside = [
    'etc/cron.d/job',
    'root/.cache/uv/wheel',
    'etc/ld.so.cache',
    'root/.bashrc',
    'conftest.py',
    'etc/nsswitch.conf',
    'node_modules/chai/index.js',
  ];
  const pyc = 'usr/lib/python3.11/json/__pycache__/__init__.cpython-311.pyc';
  const { laid, putBack } = look(
    [...aside, pyc, 'logs/verifier/reward.txt', 'tests/test.sh', 'solution/x'].map((path) => added(path)),
  );
  expect(laid).toEqual([]);
  expect(putBack).toEqual([...aside, pyc]);
  expect(look([added('etc/cron.d/job')], ['etc/cron.d/job'])).toMatchObject({ putBack: [], laid: [{}] });
});

it('refuses programs that set an id, but for those the image has', () => {
  expect(look([added('app/sh', entry('x', { mode: 0o4755 }))]).privileged).toEqual(['"/app/sh"']);
  const kept = { path: 'app/sh', before: entry('a', { mode: 0o4755 }), after: entry('a', { mode: 0o4755, uid: 1 }) };
  expect(look([kept]).privileged).toEqual([]);
  const other = { ...kept, after: entry('b', { mode: 0o4755 }) };
  expect(look([other]).privileged).toEqual(['"/app/sh"']);
});

it('never lays what it puts back or holds for the harness', () => {
  const path = fc
    .array(
      fc.constantFrom(
        'usr',
        'bin',
        'lib',
        'python3.11',
        'etc',
        'root',
        '.cache',
        'tests',
        'logs/verifier',
        'app',
        'a.py',
      ),
      {
        minLength: 1,
        maxLength: 5,
      },
    )
    .map((parts) => parts.join('/'));
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 12 }), fc.array(path, { maxLength: 3 }), (paths, licensed) => {
      const { laid, putBack } = look(
        paths.map((one) => added(one)),
        licensed,
      );
      const names = laid.map((change) => change.path);
      expect(names.filter((one) => putBack.includes(one) || /^(tests|logs\/verifier)(\/|$)/.test(one))).toEqual([]);
      expect(new Set([...names, ...putBack]).size).toBe(names.length + putBack.length);
    }),
  );
});
