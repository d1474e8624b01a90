import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { SystemEntry } from '../../model/system/change.ts';
import { statusOf } from '../engine.ts';
import type { ImageIndex } from './image-index.ts';
import { type SystemLimits, SystemReader } from './read-system.ts';

/** Parts of a file system that are read one by one; where there are more, reading all of it is quicker. */
const MOST_PARTS = 50;
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
 * The entries that an image has of these paths; null where they are to be read from all of it.
 * @param open makes a container of the image that is never started
 */
export async function readImage(
  open: () => Promise<Docker.Container>,
  kinds: Kinds,
  { entries: image }: ImageIndex,
): Promise<ReadonlyMap<string, SystemEntry> | null> {
  const entries = new Map<string, SystemEntry>();
  for (const path of kinds.keys()) {
    if (!image.has(path)) continue;
    const entry = image.get(path);
    // A device, a fifo or a name that is no text: as reading all of it sees it.
    if (!entry || path.includes('\uFFFD')) return null;
    entries.set(path, entry);
  }
  const files = [...entries].filter(([, { type }]) => type === 'file').map(([path]) => path);
  if (files.length === 0) return entries;
  if (files.length > MOST_PARTS) return null;
  const container = await open();
  // What an image has is no attempt's doing.
  const reader = new SystemReader({ maxEntries: MOST_PARTS, maxBytes: Number.MAX_SAFE_INTEGER });
  for (const path of files) {
    if (!(await readPart(reader, container, path, (one) => one === path, true))) return null;
    const entry = reader.entries.get(path);
    if (entry === undefined) return null;
    entries.set(path, entry);
  }
  return entries;
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
