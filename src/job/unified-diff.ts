import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileEntry } from '../model/file.ts';
import { diffTrees } from '../operator/patch/change.ts';
import { runGit } from './run-git.ts';
import { writeTree } from './write-tree.ts';

/**
 * The unified diff between two trees, as git prints it; empty when they are the same. Only changed files touch the disk.
 *
 * @param options.binary whether files that are no text come whole, so that the diff can be applied
 */
export async function unifiedDiff(
  before: readonly FileEntry[],
  after: readonly FileEntry[],
  { binary = false }: { readonly binary?: boolean } = {},
): Promise<string> {
  const changed = new Set(diffTrees(before, after).map((change) => change.path));
  if (changed.size === 0) return '';
  const folder = await mkdtemp(join(tmpdir(), 'huxley-diff-'));
  try {
    for (const [name, files] of [
      ['a', before],
      ['b', after],
    ] as const)
      await rename(await writeTree(files.filter((file) => changed.has(file.path))), join(folder, name));
    const flags = [
      '--no-index',
      '--no-prefix',
      '--no-ext-diff',
      '--no-textconv',
      '--no-color',
      ...(binary ? ['--binary'] : []),
    ];
    const diff = (await runGit(folder, ['diff', ...flags, 'a', 'b'], { allow: [1] })).toString('utf8');
    // Of a file that is on one side alone, git names that side twice.
    return diff.replace(/^diff --git ("?)[ab]\/(.+) \1[ab]\/\2$/gm, 'diff --git $1a/$2 $1b/$2');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
