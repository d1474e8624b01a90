import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { bytesOfText, textOfBytes } from './bytes.ts';
import { changedPaths, readPatch } from './git-patch.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** What git says of a change in a repository of its own. */
function diffOf(
  before: Readonly<Record<string, string>>,
  change: (folder: string) => void,
  ...flags: string[]
): string {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-git-patch-'));
  folders.push(folder);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@e', ...args], { cwd: folder });
  git('init', '-q', '.');
  write(folder, before);
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', 'base');
  change(folder);
  git('add', '-A');
  return textOfBytes(git('diff', '--cached', '--binary', ...flags, 'HEAD'));
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const ODD = [
  'données.py',
  'a b/c d.txt',
  'x b/y.py',
  'tab\there',
  'quote".py',
  'back\\slash',
  'ünï b/cödé',
  'new\nline',
];

it.each(ODD)('reads git’s own patch of %j: made, changed, renamed, copied, deleted', (name) => {
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i}\n`).join('');
  const made = readPatch(diffOf({}, (folder) => write(folder, { [name]: lines })));
  expect(made).toMatchObject([{ before: null, after: name, modes: ['100644'] }]);
  const changed = readPatch(diffOf({ [name]: lines }, (folder) => write(folder, { [name]: `${lines}more\n` })));
  expect(changed).toMatchObject([{ before: name, after: name, added: ['more'] }]);
  const renamed = diffOf({ [name]: lines }, (folder) => {
    rmSync(join(folder, name));
    write(folder, { 'elsewhere/x y': `${lines}more\n` });
  });
  expect(readPatch(renamed)).toMatchObject([{ before: name, after: 'elsewhere/x y', copied: false }]);
  expect(changedPaths(renamed)).toEqual(['elsewhere/x y', name]);
  const copied = diffOf({ [name]: lines }, (folder) => write(folder, { copy: lines }), '-C', '--find-copies-harder');
  expect(readPatch(copied)).toMatchObject([{ before: name, after: 'copy', copied: true }]);
  expect(changedPaths(copied)).toEqual(['copy']);
  const deleted = diffOf({ [name]: lines }, (folder) => rmSync(join(folder, name)));
  expect(readPatch(deleted)).toMatchObject([{ before: name, after: null }]);
});

it('reads several files, binary ones among them, and gives the patch again', () => {
  const patch = diffOf({ a: '1\n', 'b.bin': '\0\u0001' }, (folder) =>
    write(folder, { a: '2\n', 'b.bin': '\0\u0002', 'c d': '--- a/x\n+++ b/y\n' }),
  );
  const files = readPatch(patch);
  expect(files.map(({ after, binary }) => [after, binary])).toEqual([
    ['a', 'no'],
    ['b.bin', 'whole'],
    ['c d', 'no'],
  ]);
  expect(files.map(({ text }) => text).join('')).toBe(patch);
});

it('reads headers that end in CRLF, and patches without any line of git', () => {
  const crlf =
    'diff --git a/x.py b/x.py\r\nindex 1..2 100644\r\n--- a/x.py\r\n+++ b/x.py\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n';
  expect(readPatch(crlf)).toMatchObject([{ before: 'x.py', after: 'x.py', modes: ['100644'], added: ['b\r'] }]);
  const bare =
    '--- a/x y.py\t2020-01-01\n+++ b/x y.py\t2020-01-02\n@@ -1 +1 @@\n-a\n+b\n--- a/z\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n';
  expect(readPatch(bare)).toMatchObject([
    { before: 'x y.py', after: 'x y.py' },
    { before: 'z', after: null },
  ]);
});

it('takes no content for a header', () => {
  const patch = diffOf({ 'x.sql': '-- a/x\nb\n' }, (folder) => write(folder, { 'x.sql': '++ b/../y\nb\n' }));
  expect(patch).toContain('--- a/x\n+++ b/../y\n');
  expect(readPatch(patch).map(({ names }) => names)).toEqual([['x.sql']]);
});

it('keeps every text and every byte', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      (text) =>
        readPatch(text)
          .map((file) => file.text)
          .join('') === text,
    ),
  );
  fc.assert(fc.property(fc.uint8Array(), (bytes) => Buffer.compare(bytesOfText(textOfBytes(bytes)), bytes) === 0));
  const name = fc.string({ minLength: 1 }).filter((text) => !/[\0\ud800-\udfff/]|^\.{1,2}$|^\.git$/i.test(text));
  fc.assert(
    fc.property(name, name, (folder, file) => {
      const path = `${folder}/${file}`;
      expect(readPatch(diffOf({}, (root) => write(root, { [path]: 'x\n' })))[0]?.after).toBe(path);
    }),
    { numRuns: 15 },
  );
});
