import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textOfBytes } from '../../model/bytes.ts';
import type { FileEntry } from '../../model/file.ts';
import { diffTrees } from '../../operator/patch/change.ts';
import { textOf } from '../../operator/patch/content.ts';
import { runGit } from './run-git.ts';
import { writeTree } from './write-tree.ts';

const FLAGS = ['--no-index', '--no-prefix', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];

/**
 * The unified diff between two trees, as git prints it; empty when they are the same. Only changed files touch the disk.
 *
 * @param options.binary whether files that are no UTF-8 text come whole, in git's binary form: the diff is then text, loses no
 *   byte, and can be applied
 */
export async function unifiedDiff(
  before: readonly FileEntry[],
  after: readonly FileEntry[],
  { binary = false }: { readonly binary?: boolean } = {},
): Promise<string> {
  const changed = new Set(diffTrees(before, after).map((change) => change.path));
  if (!binary) return await printed(before, after, changed, []);
  const bytes = new Set(
    [...before, ...after]
      .filter(({ path, content }) => changed.has(path) && textOf(content) === null)
      .map(({ path }) => path),
  );
  const text = await printed(before, after, new Set([...changed].filter((path) => !bytes.has(path))), ['--binary']);
  return text + (await printed(before, after, bytes, ['--binary'], '* -diff\n'));
}

async function printed(
  before: readonly FileEntry[],
  after: readonly FileEntry[],
  paths: ReadonlySet<string>,
  flags: readonly string[],
  attributes = '',
): Promise<string> {
  if (paths.size === 0) return '';
  const folder = await mkdtemp(join(tmpdir(), 'huxley-diff-'));
  try {
    for (const [name, files] of [
      ['a', before],
      ['b', after],
    ] as const)
      await rename(await writeTree(files.filter((file) => paths.has(file.path))), join(folder, name));
    const given = join(folder, 'attributes');
    await writeFile(given, attributes);
    const args = ['-c', `core.attributesFile=${given}`, 'diff', ...FLAGS, ...flags, 'a', 'b'];
    const diff = textOfBytes(await runGit(folder, args, { allow: [1] }));
    // Of a file that is on one side alone, git names that side twice.
    return diff.replace(/^diff --git ("?)[ab]\/(.+) \1[ab]\/\2$/gm, 'diff --git $1a/$2 $1b/$2');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
