import { createHash } from 'node:crypto';
import type { FileChange, FileEntry } from '../../model/file.ts';

/** A change as it came out of a sandbox or over the wire: nothing about it has been checked. */
export interface RawChange {
  readonly path: string;
  /** A git file mode. */
  readonly mode: string;
  /** `null` for a deletion. */
  readonly content: Uint8Array | null;
}

/** What turns one tree of regular files into another, by path. */
export function diffTrees(before: readonly FileEntry[], after: readonly FileEntry[]): RawChange[] {
  const old = new Map(before.map((file) => [file.path, file]));
  const changes: RawChange[] = [];
  for (const file of after) {
    const previous = old.get(file.path);
    old.delete(file.path);
    const same =
      previous !== undefined &&
      previous.executable === file.executable &&
      Buffer.compare(previous.content, file.content) === 0;
    if (!same) changes.push({ path: file.path, mode: modeOf(file), content: file.content });
  }
  for (const file of old.values()) changes.push({ path: file.path, mode: modeOf(file), content: null });
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The tree with a patch applied to it. */
export function overlay(tree: readonly FileEntry[], changes: readonly FileChange[]): FileEntry[] {
  const files = new Map(tree.map((file) => [file.path, file]));
  for (const { path, mode, content } of changes) {
    if (content === null) files.delete(path);
    else files.set(path, { path, content: Buffer.from(content), executable: mode === '100755' });
  }
  return [...files.values()];
}

/** The same for two patches of one tree that come to the same tree: a sha256 in lower-case hexadecimal. */
export function digestOfChange(changes: readonly FileChange[]): string {
  const sorted = changes.map(({ path, mode, content }) => [path, mode, content]).sort(([a], [b]) => (a! < b! ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

/** A validated change as the contract between worker and app carries it. */
export function toFileChange(change: RawChange): FileChange {
  return {
    path: change.path,
    mode: change.mode === '100755' ? '100755' : '100644',
    content: change.content === null ? null : Buffer.from(change.content).toString('utf8'),
  };
}

/** The other way round, for the app, which validates again what it received. */
export function fromFileChange(change: FileChange): RawChange {
  return { ...change, content: change.content === null ? null : Buffer.from(change.content) };
}

function modeOf(file: FileEntry): string {
  return file.executable ? '100755' : '100644';
}
