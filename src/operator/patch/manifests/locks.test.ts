import { expect, it } from 'vitest';
import { lockChanges } from './locks.ts';

const npm = (packages: object) =>
  JSON.stringify({ lockfileVersion: 3, packages: { '': { version: '1.0.0' }, ...packages } });

it('names what a lock file of npm adds, changes and drops, and what runs scripts', () => {
  const before = npm({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } });
  const after = npm({
    'node_modules/a': { version: '2.0.0', hasInstallScript: true },
    'node_modules/@x/c': { version: '0.1.0' },
    'node_modules/@x/c/node_modules/b': { version: '3.0.0', hasInstallScript: true },
    'node_modules/e<img>\n': { version: '`9`' },
  });
  expect(lockChanges('package-lock.json', before, after)).toEqual([
    'adds @x/c 0.1.0, @x/c/node_modules/b 3.0.0, e?img?? ?9?',
    'changes a 2.0.0 (was 1.0.0)',
    'drops b',
    'has install scripts: a, @x/c/node_modules/b',
  ]);
  const many = npm(Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`node_modules/p${n}`, { version: '1' }])));
  expect(lockChanges('package-lock.json', null, many)[0]).toMatch(/^adds p0 1, .*p11 1 and 3 more$/);
  expect(lockChanges('package-lock.json', before, before)).toEqual([]);
});

it('names what is taken from elsewhere at the same version, aliases, and new scripts', () => {
  const one = { version: '1.0.0', resolved: 'https://r.example.com/a.tgz', integrity: 'sha512-a' };
  const before = npm({ 'node_modules/a': one, 'node_modules/b': one, 'node_modules/c': one, 'node_modules/d': one });
  const after = npm({
    'node_modules/a': { ...one, integrity: 'sha512-evil' },
    'node_modules/b': { ...one, resolved: 'https://r.example.com/evil.tgz' },
    'node_modules/c': { ...one, hasInstallScript: true },
    'node_modules/d': { ...one, name: 'evil' },
  });
  expect(lockChanges('package-lock.json', before, after)).toEqual([
    'changes d evil 1.0.0 (was 1.0.0)',
    'takes from elsewhere, or in another form, a 1.0.0, b 1.0.0',
    'has install scripts: c',
  ]);
  const uv = (source: string) => `[[package]]\nname = "a"\nversion = "1.0"\nsource = { registry = "${source}" }\n`;
  expect(lockChanges('uv.lock', uv('https://pypi.org/simple'), uv('https://evil.example.com'))).toEqual([
    'takes from elsewhere, or in another form, a 1.0',
  ]);
});

it.each(['uv.lock', 'poetry.lock', 'cargo.lock'])('reads %s', (name) => {
  const table = (pkg: string, version: string) => `[[package]]\nname = "${pkg}"\nversion = "${version}"\n\n`;
  const before = `version = 1\n\n${table('a', '1.0')}${table('b', '1.0')}`;
  expect(lockChanges(name, before, `${table('a', '1.1')}${table('b', '1.0')}${table('b', '2.0')}`)).toEqual([
    'adds b + 2.0',
    'changes a 1.1 (was 1.0)',
  ]);
});

it.each([
  ['package-lock.json', '{'],
  ['package-lock.json', '{"lockfileVersion":1,"dependencies":{}}'],
  ['yarn.lock', 'a@1:\n'],
])('says where it cannot tell: %s', (name, text) => {
  expect(lockChanges(name, null, text)).toEqual([
    'changes what is installed, in a format that is not listed here: read it',
  ]);
});
