import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { SystemEntry } from '../../model/system/change.ts';
import { statusOf } from '../engine.ts';
import type { ImageIndex } from './image-index.ts';
import { type SystemLimits, SystemReader } from './read-system.ts';

/** Parts of a file system that are read one by one; where there are more, reading all of it is quicker. */
const MOST_PARTS = 50;
/** Bytes of a file that is read only to be shown, and of all of these. */
const MOST_SHOWN = 256 * 1024;
const MOST_SHOWN_IN_ALL = 64 * 1024 * 1024;
/** How an engine says that a path is not as in the image: changed; else added (1), or gone or made again (2). */
const CHANGED = 0;
const DELETED = 2;

type Kinds = ReadonlyMap<string, number>;
type Entries = Pick<SystemReader, 'entries' | 'skipped'>;

/**
 * The entries of changed paths of a container that has ended, without the rest of its file system; null where all of it is to be read
 * instead: for many parts, and wherever the engine's answers do not agree.
 */
export async function readChanged(
  container: Docker.Container,
  kinds: Kinds,
  { entries: image }: ImageIndex,
  limits: SystemLimits,
): Promise<Entries | null> {
  const paths = [...kinds.keys()].sort();
  const isNew = (path: string) => (kinds.get(path) ?? CHANGED) !== CHANGED;
  // What is new is new with all that lies in it, and comes with it.
  const roots = paths.filter((path) => !above(path).some(isNew));
  if (roots.length > MOST_PARTS || paths.some((path) => path.includes('\uFFFD'))) return null;
  const reader = new SystemReader(limits);
  const isFolder = (path: string) => (kinds.has(path) ? reader.entries.get(path) : image.get(path))?.type === 'folder';
  for (const root of roots) {
    if (!above(root).every(isFolder)) return null;
    const found = await readPart(reader, container, root, (path) => kinds.has(path), !isNew(root));
    const mayBeGone = kinds.get(root) === DELETED && !paths.some((path) => path.startsWith(`${root}/`));
    if (!found && !mayBeGone) return null;
  }
  return reader.missing.length > 0 ? null : reader;
}

/**
 * The entries that an image has of these paths. Only files that became files of the same length are read whatever they hold, which is no
 * more than was taken of those; others are, up to a limit, so that people see what changed, and are `unread` beyond it.
 *
 * @param open makes a container of the image that is never started
 * @param after what the paths became
 * @param readAll reads paths of a container from all of it
 */
export async function readImage(
  open: () => Promise<Docker.Container>,
  kinds: Kinds,
  { entries: image, sizes }: Pick<ImageIndex, 'entries' | 'sizes'>,
  after: ReadonlyMap<string, SystemEntry>,
  readAll: (container: Docker.Container, paths: ReadonlySet<string>) => Promise<ReadonlyMap<string, SystemEntry>>,
): Promise<ReadonlyMap<string, SystemEntry>> {
  const entries = new Map<string, SystemEntry>();
  const files = new Set<string>();
  let shown = 0;
  for (const path of [...kinds.keys()].sort()) {
    const entry = image.get(path);
    // A device, a fifo or a name that is no text: no sandbox lets it out.
    if (!entry || path.includes('\uFFFD')) continue;
    const size = sizes.get(path) ?? 0;
    const is = after.get(path);
    const isCompared = is?.type === 'file' && is.content.byteLength === size;
    entries.set(path, entry.type === 'file' && size > 0 ? { ...entry, unread: true } : entry);
    if (entry.type !== 'file' || size === 0 || (!isCompared && (size > MOST_SHOWN || shown + size > MOST_SHOWN_IN_ALL)))
      continue;
    if (!isCompared) shown += size;
    files.add(path);
  }
  if (files.size === 0) return entries;
  const container = await open();
  const read = (await readFiles(container, files)) ?? (await readAll(container, files));
  for (const path of files) entries.set(path, read.get(path) ?? entries.get(path)!);
  return entries;
}

/** Files of a container, one by one; null where they are to be read from all of it. */
async function readFiles(
  container: Docker.Container,
  files: ReadonlySet<string>,
): Promise<ReadonlyMap<string, SystemEntry> | null> {
  if (files.size > MOST_PARTS) return null;
  // Which files these are is bounded by their sizes.
  const reader = new SystemReader({ maxEntries: MOST_PARTS, maxBytes: Number.MAX_SAFE_INTEGER });
  for (const path of files) {
    if (!(await readPart(reader, container, path, (one) => one === path, true))) return null;
    if (!reader.entries.has(path)) return null;
  }
  return reader.entries;
}

/** Whether the path is there. */
async function readPart(
  reader: SystemReader,
  container: Docker.Container,
  root: string,
  wanted: (path: string) => boolean,
  alone: boolean,
): Promise<boolean> {
  let stream: Readable;
  try {
    stream = (await container.getArchive({ path: `/${root}` })) as Readable;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
  const folder = posix.dirname(root);
  await reader.read(stream, wanted, folder === '.' ? '' : folder, () => alone);
  return reader.paths.has(root);
}

/** The folders a path lies in, the outermost first. */
function above(path: string): string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_, at) => segments.slice(0, at + 1).join('/'));
}
