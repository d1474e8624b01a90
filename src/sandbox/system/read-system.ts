import type { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import { HuxleyError } from '../../model/error.ts';
import type { SystemEntry } from '../../model/system/change.ts';
import { isPlainPath } from '../tar.ts';

export interface SystemLimits {
  /** Of all files that are taken. */
  readonly maxBytes: number;
  readonly maxEntries: number;
}

interface ReadSystem {
  readonly entries: ReadonlyMap<string, SystemEntry>;
  /** Every path of the tar. */
  readonly paths: ReadonlySet<string>;
  readonly skipped: readonly string[];
  /** Files that wanted paths are other names of, and that were not wanted: read again with them. */
  readonly missing: readonly string[];
}

type TarEntry = ReturnType<typeof extract> extends AsyncIterable<infer Entry> ? Entry : never;

const NOTHING = new Uint8Array();

/**
 * The wanted entries of an engine's tar of a container's file system, checked one by one while it streams.
 * @throws HuxleyError `sandbox.take` for devices, and for more than the limits allow, before it is read
 */
export async function readSystem(
  stream: Readable,
  wanted: (path: string) => boolean,
  limits: SystemLimits,
): Promise<ReadSystem> {
  const reader = new SystemReader(limits);
  await reader.read(stream, wanted);
  return reader;
}

/** As `readSystem`, of several tars of one file system: the limits are for all together. */
export class SystemReader implements ReadSystem {
  readonly entries = new Map<string, SystemEntry>();
  readonly paths = new Set<string>();
  readonly skipped: string[] = [];
  readonly missing: string[] = [];
  readonly #limits: SystemLimits;
  #bytes = 0;

  constructor(limits: SystemLimits) {
    this.#limits = limits;
  }

  /**
   * @param at the folder that the tar's names are in; the root by default
   * @param isOver whether nothing after this path is to be read
   */
  async read(
    stream: Readable,
    wanted: (path: string) => boolean,
    at = '',
    isOver: (path: string) => boolean = () => false,
  ): Promise<void> {
    const place = (name: string) => (at === '' ? plain(name) : `${at}/${plain(name)}`);
    const tar = extract();
    stream.on('error', (error) => tar.destroy(error));
    stream.pipe(tar);
    try {
      for await (const entry of tar) {
        const { header } = entry;
        const path = place(header.name);
        this.paths.add(path);
        if (wanted(path)) await this.#take(path, entry, header.type === 'link' ? place(header.linkname ?? '') : null);
        else entry.resume();
        if (isOver(path)) break;
      }
    } finally {
      stream.destroy();
    }
  }

  async #take(path: string, entry: TarEntry, linked: string | null): Promise<void> {
    const { header } = entry;
    const { maxEntries, maxBytes } = this.#limits;
    if (this.entries.size >= maxEntries) refuse(`more than ${maxEntries} changes`);
    const problem = oddity(path, header);
    if (problem !== null) {
      this.skipped.push(problem);
      entry.resume();
      return;
    }
    const size = linked === null ? (header.size ?? 0) : (this.entries.get(linked)?.content.byteLength ?? 0);
    this.#bytes += size;
    if (this.#bytes > maxBytes)
      refuse(`'${printable(path)}', of ${size} bytes, is more than the ${maxBytes} bytes there are for all files`);
    if (linked !== null) {
      const same = this.entries.get(linked);
      if (same === undefined) this.missing.push(linked);
      else this.entries.set(path, same);
      entry.resume();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    this.entries.set(path, entryOf(header, Buffer.concat(chunks)));
  }
}

export function plain(name: string): string {
  return name.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
}

/** Why an entry is left behind, in words; a device refuses the whole. */
function oddity(path: string, { type }: Header): string | null {
  if (type === 'character-device' || type === 'block-device') refuse(`'${printable(path)}' is a device`);
  if (!isPlainPath(path) || path.includes('\uFFFD')) return `${printable(path)} (of a name that is not UTF-8)`;
  return type === 'fifo' ? `${printable(path)} (a fifo)` : null;
}

export function entryOf(header: Header, content: Uint8Array): SystemEntry {
  const type = header.type === 'directory' ? 'folder' : header.type === 'symlink' ? 'link' : 'file';
  return {
    type,
    mode: type === 'link' ? 0o777 : (header.mode ?? 0) & 0o7777,
    uid: header.uid ?? 0,
    gid: header.gid ?? 0,
    content: type === 'file' ? content : NOTHING,
    target: type === 'link' ? (header.linkname ?? '') : '',
  };
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 120);
}

export function refuse(why: string): never {
  throw new HuxleyError(
    'sandbox.take',
    `The file system is refused: ${why}`,
    'Leave files, folders and links of moderate size.',
  );
}
