import { rm } from 'node:fs/promises';
import type { FileEntry } from '../../model/file.ts';
import { pathProblem } from '../../operator/patch/paths.ts';
import { runGit } from './run-git.ts';
import { writeTree } from './write-tree.ts';

/** What running code leaves behind and nobody means to keep; `.git` holds what git itself would never commit. */
export const LEFTOVERS =
  /(^|\/)(\.git|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|node_modules\/\.cache)\/|\.pyc$|(^|\/)\.DS_Store$/;

/** The changes without new files that the parent's .gitignore, or common sense, leaves out of a commit. */
export async function dropIgnored<T extends { readonly path: string }>(
  changes: readonly T[],
  parent: readonly FileEntry[],
): Promise<T[]> {
  const known = new Set(parent.map((file) => file.path));
  const added = changes.filter(({ path }) => !known.has(path) && pathProblem(path, []) === null);
  const rules = parent.filter((file) => /(^|\/)\.gitignore$/.test(file.path));
  const ignored = new Set(changes.map(({ path }) => path).filter((path) => LEFTOVERS.test(path) && !known.has(path)));
  if (rules.length > 0 && added.length > 0) for (const path of await checkIgnore(rules, added)) ignored.add(path);
  return changes.filter(({ path }) => !ignored.has(path));
}

async function checkIgnore(
  rules: readonly FileEntry[],
  added: readonly { readonly path: string }[],
): Promise<string[]> {
  const folder = await writeTree(rules, 'huxley-ignore-');
  try {
    await runGit(folder, ['init', '-q', '.']);
    const input = added.map(({ path }) => `${path}\0`).join('');
    const output = await runGit(folder, ['check-ignore', '--no-index', '-z', '--stdin'], { input, allow: [1] });
    return output.toString('utf8').split('\0').filter(Boolean);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
