import type { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import type { SystemEntry } from '../../model/system/change.ts';
import { entryOf, plain } from './read-system.ts';

/** Indexes that a process keeps, by last use. */
const MOST_KEPT = 8;
const NOTHING = new Uint8Array();

/** What an image's file system holds: everything of each path but the content of files. */
export interface ImageIndex {
  readonly paths: ReadonlySet<string>;
  /** Null for what is no file, folder or link. */
  readonly entries: ReadonlyMap<string, SystemEntry | null>;
  /** Bytes of each file. */
  readonly sizes: ReadonlyMap<string, number>;
}

const kept = new Map<string, Promise<ImageIndex>>();

/**
 * The index of an image, made once in a process.
 *
 * @param id the image's digest, since a name can come to mean another
 * @param open a tar of its file system
 */
export async function imageIndex(id: string, open: () => Promise<Readable>): Promise<ImageIndex> {
  const index = kept.get(id) ?? open().then(readIndex);
  kept.delete(id);
  kept.set(id, index);
  index.catch(() => kept.delete(id));
  for (const old of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(old);
  return await index;
}

async function readIndex(stream: Readable): Promise<ImageIndex> {
  const entries = new Map<string, SystemEntry | null>();
  const sizes = new Map<string, number>();
  const tar = extract();
  stream.on('error', (error) => tar.destroy(error));
  stream.pipe(tar);
  try {
    for await (const entry of tar) {
      const { header } = entry;
      const [path, linked] = [plain(header.name), header.type === 'link' ? plain(header.linkname ?? '') : null];
      entries.set(path, linked === null ? known(header) : (entries.get(linked) ?? null));
      sizes.set(path, linked === null ? (header.size ?? 0) : (sizes.get(linked) ?? 0));
      entry.resume();
    }
  } finally {
    stream.destroy();
  }
  return { paths: new Set(entries.keys()), entries, sizes };
}

function known(header: Header): SystemEntry | null {
  const odd = ['character-device', 'block-device', 'fifo'].includes(header.type ?? '');
  return odd ? null : entryOf(header, NOTHING);
}
