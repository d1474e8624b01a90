import type { FileEntry } from '../../model/file.ts';
import type { VariantId } from '../../model/ids.ts';
import { textOf } from '../../operator/patch/content.ts';
import { gitOutcome } from './run-git.ts';
import { withTree } from './write-tree.ts';

/** What made a variant of its parent: the difference between two commits. */
export interface Edit {
  readonly variant: VariantId;
  readonly base: string;
  readonly head: string;
}

/** A tree without some edits, with those that could not be taken back and a file that each of them failed on. */
export interface Reverted {
  readonly tree: readonly FileEntry[];
  readonly unreverted: readonly { readonly variant: VariantId; readonly path: string }[];
}

/**
 * Takes edits back in their order, as `git revert --no-commit` would, but file by file and without renames: an edit goes whole, or stays whole
 * where a later one builds on it, or where what is left would not be allowed. Nothing of a repository takes part but contents: no hook, attribute, filter or merge driver.
 */
export async function revertEdits(
  tree: readonly FileEntry[],
  edits: readonly Edit[],
  read: (commit: string) => Promise<readonly FileEntry[]>,
  refused: (tree: readonly FileEntry[]) => string | undefined,
): Promise<Reverted> {
  let files = byPath(tree);
  const unreverted: { variant: VariantId; path: string }[] = [];
  for (const { variant, base, head } of edits) {
    const [before, after] = [byPath(await read(base)), byPath(await read(head))];
    const next = new Map(files);
    let failed: string | undefined;
    for (const path of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(path), after.get(path)];
      if (same(was, is)) continue;
      const merged = await without(files.get(path), is, was);
      if (merged === 'conflict') failed ??= path;
      else if (merged === undefined) next.delete(path);
      else next.set(path, merged);
    }
    failed ??= refused([...next.values()]);
    if (failed === undefined) files = next;
    else unreverted.push({ variant, path: failed });
  }
  return { tree: [...files.values()], unreverted };
}

/** The file as it is now without what made `after` of `before`; undefined where it is not there. */
async function without(
  now: FileEntry | undefined,
  after: FileEntry | undefined,
  before: FileEntry | undefined,
): Promise<FileEntry | undefined | 'conflict'> {
  if (same(now, after)) return before;
  if (same(now, before)) return now;
  if (!now || !after || !before) return 'conflict';
  const executable = now.executable === after.executable ? before.executable : now.executable;
  const content = await merge(now.content, after.content, before.content);
  return content === null ? 'conflict' : { path: now.path, executable, content };
}

/** Three-way; null where both sides changed the same lines, or one of the three is no text. */
async function merge(now: Uint8Array, after: Uint8Array, before: Uint8Array): Promise<Uint8Array | null> {
  const sides = Object.entries({ now, after, before }).map(([path, content]) => ({ path, content, executable: false }));
  if (sides.some(({ content }) => textOf(content) === null)) return null;
  return withTree(sides, async (folder) => {
    const { code, out } = await gitOutcome(folder, ['merge-file', '-p', '-q', ...sides.map(({ path }) => path)]);
    return code === 0 ? out : null;
  });
}

function byPath(files: readonly FileEntry[]): Map<string, FileEntry> {
  return new Map(files.map((file) => [file.path, file]));
}

function same(a: FileEntry | undefined, b: FileEntry | undefined): boolean {
  if (!a || !b) return a === b;
  return a.executable === b.executable && Buffer.compare(a.content, b.content) === 0;
}
