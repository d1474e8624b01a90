import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDrop } from '../drop.ts';
import { choose, MOST_SOLUTION_FILES } from './choose.ts';
import { type Change, type Commit, isCatchingUp, parseChanges, parseLog, parseTree, pullRequestOf } from './commit.ts';
import { isTakable, partOf, runnable } from './paths.ts';

const commit = (subject: string, parents = ['a']): Commit => ({
  sha: 'f'.repeat(40),
  parents,
  date: '',
  subject,
  body: '',
});
const wrote = (path: string, mode = '100644'): Change => ({ path, before: null, after: { mode, id: 'b' } });
const deleted = (path: string): Change => ({ path, before: { mode: '100644', id: 'a' }, after: null });

test.each([
  [
    'test',
    'test/parse.js',
    'tests/args.test.js',
    'test.js',
    'src/a.test.ts',
    'test_a.py',
    'pkg/a_test.py',
    'tests/data/x.json',
    'src/__tests__/a.js',
  ],
  ['source', 'index.js', 'lib/parse.js', 'src/latest.ts', 'pkg/mod.py', 'src/contest.js', 'lib/testing-library.js'],
  [
    'other',
    'README.md',
    'dist/qs.js',
    'package.json',
    'vitest.config.ts',
    '.eslintrc.cjs',
    'docs/x.js',
    'lib/x.min.js',
    'examples/a.py',
  ],
] as const)('%s: %s and kin', (part, ...paths) => {
  for (const path of paths) expect([path, partOf(path)]).toEqual([path, part]);
});

test('what is run of the tests: files named as tests where there are any, no helpers and no fixtures', () => {
  expect(runnable(['test/a.test.js', 'test/b.js', 'test/fixtures/c.test.js', 'lib/x.js'])).toEqual(['test/a.test.js']);
  // Tests of helpers may be called as these are.
  expect(runnable(['test/utils.js'])).toEqual(['test/utils.js']);
  expect(runnable(['test/parse.js', 'test/helpers/h.js', 'test/_util.js', 'test/index.d.ts'])).toEqual([
    'test/parse.js',
  ]);
  expect(runnable(['tests/test_a.py', 'tests/conftest.py', 'tests/__init__.py'])).toEqual(['tests/test_a.py']);
  expect(runnable(['tests/helper_things.py'])).toEqual([]);
});

test.each([
  ['first-commit', commit('x', []), [wrote('a.js'), wrote('a.test.js')]],
  ['empty-merge', commit("Merge branch 'x'", ['a', 'b']), []],
  ['empty-merge', commit("Merge branch 'main' of github.com:o/r", ['a', 'b']), [wrote('a.js'), wrote('a.test.js')]],
  ['no-tests', commit('x'), [wrote('a.js')]],
  ['no-tests', commit('x'), [wrote('a.js'), wrote('test/fixtures/a.json'), deleted('a.test.js')]],
  ['no-source', commit('x'), [wrote('a.test.js'), wrote('README.md')]],
  ['no-source', commit('x'), [wrote('a.test.js'), deleted('a.js')]],
  ['irregular', commit('x'), [wrote('a.test.js'), wrote('a.js', '120000')]],
  ['irregular', commit('x'), [wrote('a.test.js'), wrote('lib\\a.js')]],
  ['too-large', commit('x'), [wrote('a.test.js'), ...Array.from({ length: 21 }, (_, n) => wrote(`a${n}.js`))]],
  ['too-large', commit('x'), [wrote('a.js'), ...Array.from({ length: 300 }, (_, n) => wrote(`a${n}.test.js`))]],
] as const)('%s', (reason, one, changes) => {
  expect(choose(one, changes)).toMatchObject({ reason });
});

test('what is chosen was written by the commit, can be a task’s, and is source and tests together', () => {
  const path = fc.oneof(
    fc.constantFrom(
      'a.js',
      'a.test.js',
      'test/b.js',
      'README.md',
      '../x.js',
      '.git/hooks/a.js',
      'a\\b.js',
      'test/../../b.test.js',
    ),
    fc.string({ unit: fc.constantFrom('a', '/', '.', 't', 'e', 's', 'j', '_', '\\', '\0') }),
  );
  const blob = fc.option(
    fc.record({ mode: fc.constantFrom('100644', '100755', '120000', '160000'), id: fc.constant('b') }),
  );
  const change = fc.record({ path, before: blob, after: blob });
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 40 }),
      fc.string(),
      fc.array(fc.constant('a'), { maxLength: 2 }),
      (changes, subject, parents) => {
        const choice = choose(commit(subject, parents), changes);
        if (isDrop(choice)) return;
        expect(choice.source.length).toBeGreaterThan(0);
        expect(choice.source.length).toBeLessThanOrEqual(MOST_SOLUTION_FILES);
        expect(choice.run.length).toBeGreaterThan(0);
        for (const { path, after } of [...choice.source, ...choice.tests]) {
          expect(isTakable(path) && after?.mode.startsWith('100')).toBe(true);
          expect(path.split('/')).not.toContain('..');
        }
        for (const run of choice.run) expect(choice.tests.some(({ path }) => path === run)).toBe(true);
      },
    ),
  );
});

test('merges that only catch up are told from those that bring work of their own', () => {
  const merge = (subject: string) => isCatchingUp(commit(subject, ['a', 'b']));
  expect(merge("Merge branch 'master' of github.com:o/r")).toBe(true);
  expect(merge("Merge remote-tracking branch 'origin/main'")).toBe(true);
  expect(merge("Merge branch 'main' into feature")).toBe(true);
  expect(merge("Merge branch 'feature' into 'main'")).toBe(false);
  expect(merge('Merge pull request #12 from o/main')).toBe(false);
  expect(isCatchingUp(commit("Merge branch 'main' of x"))).toBe(false);
});

test('pull requests by their number', () => {
  expect(pullRequestOf(commit('Merge pull request #12 from o/b'))).toBe(12);
  expect(pullRequestOf(commit('fix: it (#345)'))).toBe(345);
  expect(pullRequestOf(commit('fix #345 and more'))).toBe(null);
});

test('reads what git prints', () => {
  const sha = 'a'.repeat(40);
  expect(parseLog(`${sha}\nb c\n2026-01-02T03:04:05+00:00\nSubject\n\nBody\nmore\n\0`)).toEqual([
    { sha, parents: ['b', 'c'], date: '2026-01-02T03:04:05+00:00', subject: 'Subject', body: 'Body\nmore' },
  ]);
  const zero = '0'.repeat(40);
  expect(
    parseChanges(`:100644 000000 ${sha} ${zero} D\u0000a b.js\u0000:000000 120000 ${zero} ${sha} A\u0000c\u0000`),
  ).toEqual([
    { path: 'a b.js', before: { mode: '100644', id: sha }, after: null },
    { path: 'c', before: null, after: { mode: '120000', id: sha } },
  ]);
  expect(parseTree(`100644 blob ${sha}      12\ta\nb.js\u0000160000 commit ${sha}       -\tsub\u0000`)).toEqual([
    { mode: '100644', id: sha, size: 12, path: 'a\nb.js' },
    { mode: '160000', id: sha, size: null, path: 'sub' },
  ]);
});
