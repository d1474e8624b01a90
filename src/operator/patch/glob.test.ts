import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesGlob } from './glob.ts';

it.each([
  ['tasks/**', 'tasks/a/b.ts', true],
  ['tasks/**', 'tasks/.hidden', true],
  ['tasks/**', 'tasks', false],
  ['tasks', 'tasks/a/b.ts', true],
  ['tasks/', 'tasks/a', true],
  ['/tasks/*.ts', 'tasks/a.ts', true],
  ['tasks/*.ts', 'tasks/a/b.ts', false],
  ['**/*.lock', 'a/b/c.lock', true],
  ['**/*.lock', 'c.lock', true],
  ['src/{a,b}.ts', 'src/b.ts', true],
  ['src/{a,b}.ts', 'src/c.ts', false],
  ['TASKS/**', 'tasks/x', true],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['a+(b)', 'a+(b)', true],
  ['tasks/**', 'mytasks/a', false],
])('%s on %s: %s', (glob, path, expected) => {
  expect(matchesGlob(path, glob)).toBe(expected);
});

it('takes any text for a glob', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (glob, path) => typeof matchesGlob(path, glob) === 'boolean'));
});
