import { expect, test } from 'vitest';
import { changedPaths } from '../../model/git-patch.ts';
import { checkPatch, missingBinary, without } from './grading/patch.ts';
import { testsOnly } from './instance/script.ts';
import { reportSchema, runReport } from './report.ts';

const change = (path: string, extra = '') =>
  `diff --git a/${path} b/${path}\n${extra}--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+b\n`;

test('the report counts every instance once', () => {
  const attempt = (instance_id: string, model_patch = 'x') => ({ instance_id, model_patch });
  const report = runReport(
    ['a', 'b', 'c', 'd', 'e', 'f'],
    [attempt('a'), attempt('b'), attempt('c', ''), attempt('d'), attempt('e')],
    new Map([
      ['a', 'resolved'],
      ['b', 'tampered'],
      ['d', 'infrastructure'],
    ]),
  );
  expect(reportSchema.parse(report)).toEqual(report);
  expect(report).toMatchObject({
    total_instances: 6,
    submitted_instances: 5,
    completed_ids: ['a', 'b'],
    resolved_ids: ['a'],
    unresolved_ids: ['b'],
    empty_patch_ids: ['c'],
    infra_failure_ids: ['d'],
    error_ids: ['d', 'e'],
    incomplete_ids: ['f'],
    schema_version: 2,
  });
});

test('paths of a patch, and a patch without some of them', () => {
  const patch = change('a.py') + change('tests/conftest.py') + change('a.py');
  expect(changedPaths(patch)).toEqual(['a.py', 'tests/conftest.py']);
  expect(without(patch, (path) => path.endsWith('conftest.py'))).toBe(change('a.py') + change('a.py'));
});

test('what is renamed counts under both names, what is copied under the new one', () => {
  const move = (how: string) =>
    `diff --git a/conftest.py b/x.py\nsimilarity index 100%\n${how} from conftest.py\n${how} to x.py\n`;
  expect(changedPaths(move('rename'))).toEqual(['x.py', 'conftest.py']);
  expect(changedPaths(move('copy'))).toEqual(['x.py']);
});

test.each([
  ['a changed one', 'a/x y.png and b/x y.png', 'x y.png'],
  ['a new one', '/dev/null and b/x.png', 'x.png'],
  ['a deleted one', 'a/x.png and /dev/null', 'x.png'],
])('a binary file that is named and not brought: %s', (_, names, path) => {
  const head = 'diff --git a/x b/x\nindex 1234567..89abcde 100644\n';
  expect(missingBinary(`${change('a.py')}${head}Binary files ${names} differ\n`)).toBe(path);
  expect(missingBinary(`${head}GIT binary patch\nliteral 1\nIcmZPo000310RR91\n\n`)).toBe(undefined);
  expect(missingBinary(change('a.py').replace('+b', `+Binary files ${names} differ`))).toBe(undefined);
});

test.each([
  ['an absolute path', change('x').replaceAll('b/x', 'b//etc/passwd')],
  ['a step up', change('../x')],
  ["git's own folder", change('.git/hooks/post-checkout')],
  ['a step up in +++ alone', change('x').replace('+++ b/x', '+++ b/../../x')],
  ['a link', change('x', 'new file mode 120000\n')],
  ['a submodule', change('x', 'index 1234567..89abcde 160000\n')],
])('a patch is refused for %s', (_, patch) => {
  expect(() => checkPatch(patch)).toThrow('The patch ');
});

test('a name in git’s quotes is no attack, and names what it says', () => {
  const quoted = (name: string) =>
    `diff --git "a/${name}" "b/${name}"\nnew file mode 100644\n--- /dev/null\n+++ "b/${name}"\n@@ -0,0 +1 @@\n+b\n`;
  expect(() => checkPatch(quoted('donn\\303\\251es.py'))).not.toThrow();
  expect(() => checkPatch(quoted('x\\056\\056/../y'))).toThrow('touches "x../../y"');
  expect(() => checkPatch(quoted('\\056\\056/y'))).toThrow('touches "../y"');
  expect(() => checkPatch(quoted('.\\147it/config'))).toThrow('touches ".git/config"');
  const named = (path: string) => /conftest\.py$/.test(path);
  expect(without(quoted('tests/conft\\145st.py') + change('a.py'), named)).toBe(change('a.py'));
});

test('what a patch says in its content names no file', () => {
  expect(() => checkPatch(change('x.sql').replace('-a\n+b', '--- /etc/passwd\n+++ ../x'))).not.toThrow();
  expect(() => checkPatch(`${change('x.sql')}--- a/../y\n+++ b/../y\n@@ -1 +1 @@\n-a\n+b\n`)).toThrow('touches "../y"');
});

test('an ordinary patch is accepted', () => {
  expect(() => checkPatch(change('src/a b.py', 'new file mode 100644\nindex 0000000..89abcde\n'))).not.toThrow();
});

test('of a published script the test command alone speaks', () => {
  const script =
    "#!/bin/bash\nset -uxo pipefail\ncd /testbed\n: '>>>>> Start Test Output'\npytest x\n: '>>>>> End Test Output'\ngit checkout x\n";
  expect(testsOnly(script)).toMatchInlineSnapshot(`
    "main() {
    echo begun
    exec 3>&1 >/tmp/set-up.log 2>&1
    cd /testbed
    exec >&3 2>&1 3>&-
    set -uxo pipefail
    pytest x
    exit $?
    }
    main </dev/null
    "
  `);
});
