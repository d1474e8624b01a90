import { symlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { FileEntry } from '../model/file.ts';
import { diffTrees } from '../operator/patch/change.ts';
import { readTree, treeOf } from './tree/git-tree.ts';
import { dropIgnored } from './tree/ignored.ts';
import { patchOf } from './tree/patch-of.ts';
import { runGit } from './tree/run-git.ts';
import { unifiedDiff } from './tree/unified-diff.ts';
import { checkableTree, visibleTree } from './tree/visible-tree.ts';
import { writeTree } from './tree/write-tree.ts';

const file = (path: string, text: string, executable = false): FileEntry => ({
  path,
  content: Buffer.from(text),
  executable,
});
const paths = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path).sort();
const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

const tree = [
  file('agent.ts', 'run();\n'),
  file('bin/run', 'x', true),
  file('binary', '\u0000\u0001'),
  file('.gitignore', 'build/\n*.tmp\n'),
  file('.github/huxley.yml', 'version: 1'),
  file('tasks/a/solution', 'answer'),
  file('vault/key', 'k'),
  file('späce name\ttab', 'odd'),
];

it('reads a commit’s regular files as they are, whatever its attributes say, and leaves links out', async () => {
  const folder = await writeTree([...tree, file('.gitattributes', '* text eol=crlf export-ignore')]);
  folders.push(folder);
  symlinkSync('/etc/passwd', join(folder, 'link'));
  await runGit(folder, ['init', '-q', '.']);
  await runGit(folder, ['add', '-A', '-f']);
  await runGit(folder, ['-c', 'user.name=T', '-c', 'user.email=t@e', 'commit', '-q', '-m', 'x']);
  const read = await readTree(folder, await treeOf(folder, 'HEAD'));
  const plain = (files: readonly FileEntry[]) =>
    files.map((entry) => [entry.path, Buffer.from(entry.content).toString('latin1'), entry.executable]).sort();
  expect(plain(read.filter(({ path }) => path !== '.gitattributes'))).toEqual(plain(tree));
  await expect(readTree(folder, 'f'.repeat(40))).rejects.toThrow('git ls-tree failed');
});

it('hides what an agent must not see, and shows its check all but the tasks', () => {
  expect(paths(visibleTree(tree, ['vault/**'], 'tasks'))).toEqual(['.gitignore', 'agent.ts', 'bin/run', 'binary']);
  expect(paths(checkableTree(tree, './tasks/'))).toEqual(['.gitignore', 'agent.ts', 'bin/run', 'binary', 'vault/key']);
});

it('leaves out of a commit what git would, but no file that is known', async () => {
  const after = [
    ...tree,
    file('build/out.js', '1'),
    file('a.tmp', '1'),
    file('src/__pycache__/x.pyc', '1'),
    file('.git/config', '1'),
    file('new.ts', '1'),
    file('../escape', '1'),
  ];
  expect(paths(await dropIgnored(diffTrees(tree, after), tree))).toEqual(['../escape', 'new.ts']);
  const known = [...tree, file('kept.tmp', '1')];
  expect(paths(await dropIgnored(diffTrees(known, [...tree, file('kept.tmp', '2')]), known))).toEqual(['kept.tmp']);
});

it('prints the difference of two trees as git does', async () => {
  const after = [file('agent.ts', 'run();\nagain();\n'), ...tree.slice(2), file('new.sh', 'x\n', true)];
  expect((await unifiedDiff(tree, after)).replace(/^index .*\n/gm, '')).toMatchInlineSnapshot(`
    "diff --git a/agent.ts b/agent.ts
    --- a/agent.ts
    +++ b/agent.ts
    @@ -1 +1,2 @@
     run();
    +again();
    diff --git a/bin/run b/bin/run
    deleted file mode 100755
    --- a/bin/run
    +++ /dev/null
    @@ -1 +0,0 @@
    -x
    \\ No newline at end of file
    diff --git a/new.sh b/new.sh
    new file mode 100755
    --- /dev/null
    +++ b/new.sh
    @@ -0,0 +1 @@
    +x
    "
  `);
  expect(await unifiedDiff(tree, tree)).toBe('');
});

it('makes no patch of what running code leaves, though the image had it already', async () => {
  const before = [file('a.py', '1\n'), file('__pycache__/a.pyc', 'x'), file('.pytest_cache/v', 'x')];
  expect(await patchOf(before, [file('a.py', '1\n'), file('__pycache__/a.pyc', 'y')])).toBe('');
});

it('makes a patch that git applies to the byte, whatever the encoding, the names and the moves', async () => {
  const latin = (text: string) => Buffer.from(text, 'latin1');
  const before = [
    { path: 'latin.py', content: latin('# café\nx = 1\n'), executable: false },
    { path: 'late.bin', content: Buffer.from(`${'x\n'.repeat(9_000)}\0 a\n`), executable: false },
    file('old name/a b/x.py', 'same\n'.repeat(30)),
    file('données.py', '1\n'),
  ];
  const after = [
    { path: 'latin.py', content: latin('# café\nx = 2\n'), executable: false },
    { path: 'late.bin', content: Buffer.from(`${'x\n'.repeat(9_000)}\0 b\n`), executable: false },
    { path: 'new-latin.txt', content: latin('naïve\n'), executable: false },
    file('moved b/x.py', 'same\n'.repeat(30)),
    file('données.py', '2\r\n'),
    file('bom.txt', '\ufeffx\u2028y\n'),
  ];
  const patch = await patchOf(before, after);
  expect(patch.isWellFormed()).toBe(true);
  expect(JSON.parse(JSON.stringify(patch))).toBe(patch);
  const folder = await writeTree(before);
  folders.push(folder);
  await runGit(folder, ['init', '-q', '.']);
  await runGit(folder, ['apply', '-'], { input: patch });
  await runGit(folder, ['add', '-A', '-f']);
  const made = await readTree(folder, (await runGit(folder, ['write-tree'])).toString().trim());
  const plain = (files: readonly FileEntry[]) =>
    files.map(({ path, content }) => [path, Buffer.from(content).toString('hex')]).sort();
  expect(plain(made)).toEqual(plain(after));
});
