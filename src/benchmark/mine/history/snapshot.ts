import type { FileEntry } from '../../../model/file.ts';
import { type Drop, drop } from '../drop.ts';
import { collectNames, type Version } from '../statement/answer.ts';
import type { Choice } from './choose.ts';
import type { Commit, TreeEntry } from './commit.ts';
import { isTakable } from './paths.ts';
import type { Repository } from './repository.ts';

/** What a task's folders may hold; see `readFolder`. */
const MOST_FILES = 1_900;
const MOST_BYTES = 24 * 1024 * 1024;
const MOST_FILE_BYTES = 1024 * 1024;
/** Lines that a fix may add to the source. */
const MOST_LINES = 800;
const LFS = 'version https://git-lfs.github.com/spec/v1';

/** A candidate's files. */
export interface Snapshot {
  /** The repository at the parent, without its history. */
  readonly parent: readonly FileEntry[];
  readonly solution: readonly FileEntry[];
  readonly tests: readonly FileEntry[];
  /** Of source and tests, without the fix and with it. */
  readonly versions: {
    readonly source: readonly Version[];
    readonly tests: readonly (Version & { readonly path: string })[];
  };
  /** Every name in the parent's files. */
  readonly names: ReadonlySet<string>;
  /** Files that no task can hold, and why; the task goes without them. */
  readonly leftOut: readonly string[];
}

/**
 * Reads what a task is made from.
 * @param excluded whether a path is left out of tasks on request
 */
export async function snapshot(
  repository: Repository,
  commit: Commit,
  { source, tests }: Choice,
  excluded: (path: string) => boolean,
): Promise<Snapshot | Drop> {
  const [tree, now] = await Promise.all([repository.tree(commit.parents[0]!), repository.tree(commit.sha)]);
  const sizes = new Map(now.map(({ path, size }) => [path, size ?? 0]));
  const huge = [...source, ...tests].find(({ path }) => (sizes.get(path) ?? 0) > MOST_FILE_BYTES);
  if (huge) return drop('irregular', `${huge.path} has more than a megabyte`);
  const wanted = tree.filter(({ path }) => !excluded(path));
  const usable = wanted.filter((entry) => whyNot(entry) === null);
  const bytes = usable.reduce((sum, { size }) => sum + (size ?? 0), 0);
  if (usable.length > MOST_FILES || bytes > MOST_BYTES)
    return drop(
      'too-large',
      `${usable.length} files of ${Math.ceil(bytes / 1024 ** 2)} MiB; ${MOST_FILES} and ${MOST_BYTES / 1024 ** 2} are allowed`,
    );
  const changed = [...source, ...tests];
  const turned = changed.find(({ path }) => usable.some((one) => isIn(path, one.path) || isIn(one.path, path)));
  if (turned) return drop('irregular', `${turned.path}: a file where a folder was, or the other way round`);
  const contents = await repository.read([
    ...usable.map(({ id }) => id),
    ...changed.flatMap(({ before, after }) =>
      [before, after].flatMap((blob) => (blob?.mode.startsWith('100') ? [blob.id] : [])),
    ),
  ]);
  const text = (id: string) => contents.get(id)!.toString('utf8');
  const pointer = changed.find(({ after }) => text(after!.id).startsWith(LFS));
  if (pointer) return drop('irregular', `${pointer.path} is a pointer of Git LFS`);
  const version = ({ before, after }: Choice['source'][number]): Version => ({
    before: before?.mode.startsWith('100') ? text(before.id) : null,
    after: text(after!.id),
  });
  const versions = { source: source.map(version), tests: tests.map((one) => ({ path: one.path, ...version(one) })) };
  const lines = versions.source.reduce((sum, one) => sum + added(one), 0);
  if (lines > MOST_LINES) return drop('too-large', `${lines} new lines of source; ${MOST_LINES} are allowed`);
  const names = new Set<string>();
  for (const { id } of usable) collectNames(text(id), names);
  const isPointer = ({ id }: TreeEntry) => contents.get(id)!.toString('latin1', 0, LFS.length) === LFS;
  return {
    parent: usable
      .filter((entry) => !isPointer(entry))
      .map(({ path, mode, id }) => ({ path, content: contents.get(id)!, executable: mode === '100755' })),
    solution: source.map(({ path, after }) => entryOf(path, after!, contents)),
    tests: tests.map(({ path, after }) => entryOf(path, after!, contents)),
    versions,
    names,
    leftOut: [
      ...wanted.flatMap((entry) => whyNot(entry) ?? []),
      ...usable.filter(isPointer).map(({ path }) => `${path}: a pointer of Git LFS`),
    ],
  };
}

function entryOf(path: string, { mode, id }: { mode: string; id: string }, contents: ReadonlyMap<string, Buffer>) {
  return { path, content: contents.get(id)!, executable: mode === '100755' };
}

function isIn(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

function whyNot({ path, mode, size }: TreeEntry): string | null {
  if (!isTakable(path)) return `${JSON.stringify(path.slice(0, 100))}: not a plain path`;
  if (mode === '120000') return `${path}: a symbolic link`;
  if (mode === '160000') return `${path}: a submodule`;
  return (size ?? 0) > MOST_FILE_BYTES ? `${path}: more than a megabyte` : null;
}

function added({ before, after }: Version): number {
  const known = new Set((before ?? '').split('\n'));
  return (after ?? '').split('\n').filter((line) => line.trim() !== '' && !known.has(line)).length;
}
