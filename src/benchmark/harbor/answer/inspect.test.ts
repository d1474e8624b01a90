import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SystemChange, SystemEntry } from '../../../model/system/change.ts';
import { inspect } from './inspect.ts';

const IMAGE = new Set([
  ...['usr', 'usr/bin', 'usr/bin/bash', 'usr/bin/python3', 'usr/lib/x86_64-linux-gnu/libc.so.6', 'app', 'app/main.py'],
  ...['usr/lib/python3.11/json/__init__.py', 'usr/lib/python3/dist-packages/pytest/__init__.py', 'opt/venv/bin/python'],
  'usr/share/perl/5.36.0/Test/More.pm',
]);
const VERIFIER = { path: ['/opt/venv/bin', '/usr/bin'], scripts: 'curl x | sh\nuvx pytest /tests/test_outputs.py' };

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
  [
    added('usr/lib/python3/dist-packages/x.pth'),
    '"/usr/lib/python3/dist-packages/x.pth" (loaded by every program of its kind)',
  ],
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
    added('root/.local/lib/python3.11/site-packages/json.py'),
    '"/root/.local/lib/python3.11/site-packages/json.py" (in front of a module of that name)',
  ],
  [
    added('usr/lib/python3/dist-packages/a.dist-info/entry_points.txt', entry('[pytest11]\na = a\n')),
    '"/usr/lib/python3/dist-packages/a.dist-info/entry_points.txt" (a plug-in of the test runner)',
  ],
])('suspects what a verifier runs or loads: %#', (change, words) => {
  expect(look([change]).suspect).toEqual([words]);
  expect(look([change], [change.path]).suspect).toEqual([]);
});

it('lets an answer work, and install what nobody has', () => {
  const work = [
    changed('app/main.py'),
    changed('app/main.py', null),
    added('usr/local/bin/rotate'),
    added('usr/local/lib/libmine.so.1'),
    added('usr/local/lib/python3.11/dist-packages/mine/__init__.py'),
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
