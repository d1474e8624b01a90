import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FileEntry } from '../../model/file.ts';
import { diffTrees, fromFileChange, overlay, type RawChange, toFileChange } from './change.ts';
import { fingerprint, NO_FINGERPRINTS } from './contamination.ts';
import { PATCH_LIMITS } from './content.ts';
import { describeViolations, type PatchRules, validatePatch } from './validate.ts';

const file = (path: string, text: string): FileEntry => ({ path, content: Buffer.from(text), executable: false });
const change = (path: string, text: string | null, mode = '100644'): RawChange => ({
  path,
  mode,
  content: text === null ? null : Buffer.from(text),
});
const manifest = (fields: object) => JSON.stringify({ name: 'agent', ...fields });
const parent = [
  file('agent.ts', 'const turns = 8;'),
  file('package.json', manifest({ scripts: { test: 'node --test' }, dependencies: { left: '1.0.0' } })),
];
const rules: PatchRules = {
  protect: ['tasks/**', 'budget.json'],
  allowDependencies: false,
  fingerprints: NO_FINGERPRINTS,
};

function refusals(changes: readonly RawChange[], over: Partial<PatchRules> = {}): string {
  return describeViolations(validatePatch(changes, parent, { ...rules, ...over }));
}

it('lets an honest change pass', () => {
  const changes = [
    change('agent.ts', 'const turns = 16;'),
    change('tools/retry.ts', 'export const retry = 3;\n', '100755'),
    change('package.json', manifest({ scripts: { test: 'node --test test' }, dependencies: { left: '1.0.0' } })),
  ];
  expect(validatePatch(changes, parent, rules)).toEqual([]);
});

it.each([
  ['no change', [], 'the patch changes nothing'],
  ['a workflow', [change('.github/workflows/x.yml', 'on: push')], 'lies in .github, which is always protected'],
  ['a workflow in other letters', [change('.GitHub/workflows/x.yml', 'on: push')], 'always protected'],
  ['a workflow with an ignorable character', [change('.git\u200chub/x.yml', 'on: push')], 'always protected'],
  ['git hooks', [change('.git/hooks/pre-commit', 'x')], "git's own folder"],
  ['git hooks by a short name', [change('sub/GIT~1/config', 'x')], "git's own folder"],
  ['a stream of .git', [change('.git::$INDEX_ALLOCATION/config', 'x')], "git's own folder"],
  ['a protected path', [change('tasks/.hidden/answer.ts', 'x')], "is protected by 'tasks/**'"],
  ['spending', [change('Budget.json', '{}')], "is protected by 'budget.json'"],
  ['a path out of the tree', [change('../x', 'x')], 'leaves its folder'],
  ['an absolute path', [change('/etc/passwd', 'x')], 'is absolute'],
  ['a drive', [change('C:/x', 'x')], 'is absolute'],
  ['a backslash', [change('a\\..\\b', 'x')], 'backslash'],
  ['a submodule', [change('lib', '', '160000')], 'is a submodule'],
  ['.gitmodules', [change('.gitmodules', '[submodule]')], 'would add a submodule'],
  ['.gitattributes', [change('src/.gitattributes', '* -diff')], 'what reviewers are shown'],
  ['owners', [change('docs/CODEOWNERS', '*')], 'decides who must review'],
  ['a link', [change('link', '/etc/passwd', '120000')], 'is a symbolic link'],
  ['a strange mode', [change('x', 'x', '104755')], 'is not a regular file'],
  ['a binary', [change('x', 'a\u0000b')], 'is binary'],
  ['hidden text', [change('x.ts', 'if (ok\u202e) {}')], 'bidirectional control characters'],
  ['a large file', [change('x', 'x'.repeat(PATCH_LIMITS.fileBytes + 1))], 'bytes, more than 262144'],
  ['a path twice', [change('x.ts', '1'), change('x.ts', '2')], 'is named twice'],
  ['a deletion of nothing', [change('none.ts', null)], 'is deleted but does not exist'],
  ['a file as a folder', [change('agent.ts/x', '1')], 'a folder that is a file'],
  ['a folder as a file', [change('sub', '1'), change('sub/x', '1')], 'a file and a folder at once'],
  ['a lock file', [change('package-lock.json', '{}')], 'changes a lock file'],
  ['installed packages', [change('node_modules/left/index.js', '')], 'adds installed packages'],
  [
    'a new dependency',
    [change('package.json', manifest({ dependencies: { left: '1', right: '1' } }))],
    'the dependencies of package.json',
  ],
  ['a broken manifest', [change('package.json', '{')], 'the dependencies of package.json'],
  ['a deleted manifest', [change('package.json', null)], 'the dependencies of package.json'],
  [
    'another manifest',
    [change('tools/requirements-dev.txt', 'evil')],
    'changes the dependencies of requirements-dev.txt',
  ],
  ['a registry setting', [change('.npmrc', 'registry=http://x')], 'changes a dependency manifest'],
])('refuses %s', (_, changes, reason) => {
  expect(refusals(changes)).toContain(reason);
});

it('refuses too many files and too many bytes as a whole', () => {
  const many = Array.from({ length: PATCH_LIMITS.files + 1 }, (_, i) => change(`f${i}.ts`, 'x'));
  expect(refusals(many)).toBe('the patch changes 101 files, more than 100');
  const big = [1, 2, 3].map((i) => change(`f${i}.ts`, 'x'.repeat(PATCH_LIMITS.fileBytes - 1)));
  expect(refusals(big)).toBe('the patch holds 786429 bytes, more than 524288');
});

it('lets manifests change when the configuration allows it, lock files only where variants are built', () => {
  const changes = [change('requirements.txt', 'x')];
  expect(refusals(changes, { allowDependencies: true })).toBe('');
  const lock = [change('yarn.lock', 'x')];
  expect(refusals(lock, { allowDependencies: true })).toContain('changes a lock file');
  expect(refusals(lock, { builds: true })).toContain('changes a lock file');
  expect(refusals(lock, { builds: true, allowDependencies: true, allow: ['yarn.lock'] })).toBe('');
});

const solution = `export function solve(lines: string[]): number {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1).reduce((sum, count) => sum + count, 0);
}`;

const prints = fingerprint([
  { id: 'clock', texts: ['Write a clock.'] },
  { id: 'anagram', texts: [] },
  { id: 'wordy', texts: [] },
  { id: 'count-doubles', texts: [solution] },
]);

it.each([
  ['a task id', 'if (task === "count-doubles") return 1;', 'names a benchmark task'],
  ['a table of task ids', 'const known = { clock, anagram, wordy };', 'names 3 benchmark tasks'],
  ['a copied solution', `const cached = \`${solution.replaceAll('\n', ' ')}\`;`, "repeats a benchmark task's"],
  ['a solution in a string', `run(${JSON.stringify(solution)});`, "repeats a benchmark task's"],
  ['a reformatted solution', solution.toUpperCase().replaceAll(/[(){};]/g, ' '), "repeats a benchmark task's"],
])('refuses %s', (_, text, reason) => {
  expect(refusals([change('x.ts', text)], { fingerprints: prints })).toContain(reason);
});

it('does not mistake ordinary words or what the parent holds for contamination', () => {
  const harmless = 'const clock = () => Date.now(); // no-count-doubles-here: export function solve(lines';
  expect(refusals([change('x.ts', harmless)], { fingerprints: prints })).toBe('');
  const tainted = [...parent, file('notes.md', solution)];
  expect(validatePatch([change('x.ts', solution)], tainted, { ...rules, fingerprints: prints })).toEqual([]);
});

it('does not take what many tasks share for an answer', () => {
  const licence =
    'permission is hereby granted free of charge to any person obtaining a copy of this software and files';
  const shared = fingerprint(['a', 'b', 'c'].map((id) => ({ id, texts: [licence] })));
  expect(refusals([change('LICENSE.md', licence)], { fingerprints: shared })).toBe('');
});

it('survives any bytes, and a diff applied to its base gives the tree again', () => {
  const entry = fc.record({
    path: fc.stringMatching(/^[a-c]{1,2}$/),
    content: fc.string().map((text) => new Uint8Array(Buffer.from(text))),
    executable: fc.boolean(),
  });
  const tree = fc.uniqueArray(entry, { selector: (f) => f.path, maxLength: 6 });
  const sorted = (files: readonly FileEntry[]) =>
    files.map((f) => [f.path, Buffer.from(f.content).toString(), f.executable]).sort();
  fc.assert(
    fc.property(tree, tree, (before, after) => {
      const changes = diffTrees(before, after);
      expect(sorted(overlay(before, changes.map(toFileChange)))).toEqual(sorted(after));
      expect(changes.map(toFileChange).map(fromFileChange).map(toFileChange)).toEqual(changes.map(toFileChange));
      validatePatch(changes, before, rules);
    }),
  );
  const anything = fc.array(fc.record({ path: fc.string(), mode: fc.string(), content: fc.uint8Array() }), {
    maxLength: 5,
  });
  fc.assert(fc.property(anything, (changes) => Array.isArray(validatePatch(changes, parent, rules))));
});
