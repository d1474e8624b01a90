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
  const entries = new Map<string, SystemEntry>();
  const paths = new Set<string>();
  const skipped: string[] = [];
  const missing: string[] = [];
  let bytes = 0;
  const tar = extract();
  stream.on('error', (error) => tar.destroy(error));
  stream.pipe(tar);
  try {
    for await (const entry of tar) {
      const { header } = entry;
      const path = plain(header.name);
      paths.add(path);
      if (!wanted(path)) {
        entry.resume();
        continue;
      }
      if (entries.size >= limits.maxEntries) refuse(`more than ${limits.maxEntries} changes`);
      const problem = oddity(path, header);
      if (problem !== null) {
        skipped.push(problem);
        entry.resume();
        continue;
      }
      const linked = header.type === 'link' ? plain(header.linkname ?? '') : null;
      const size = linked === null ? (header.size ?? 0) : (entries.get(linked)?.content.byteLength ?? 0);
      bytes += size;
      if (bytes > limits.maxBytes)
        refuse(
          `'${printable(path)}', of ${size} bytes, is more than the ${limits.maxBytes} bytes there are for all files`,
        );
      if (linked !== null) {
        const same = entries.get(linked);
        if (same === undefined) missing.push(linked);
        else entries.set(path, same);
        entry.resume();
        continue;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      entries.set(path, entryOf(header, chunks));
    }
  } finally {
    stream.destroy();
  }
  return { entries, paths, skipped, missing };
}

function plain(name: string): string {
  return name.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
}

/** Why an entry is left behind, in words; a device refuses the whole. */
function oddity(path: string, { type }: Header): string | null {
  if (type === 'character-device' || type === 'block-device') refuse(`'${printable(path)}' is a device`);
  if (!isPlainPath(path) || path.includes('\uFFFD')) return `${printable(path)} (of a name that is not UTF-8)`;
  return type === 'fifo' ? `${printable(path)} (a fifo)` : null;
}

function entryOf(header: Header, chunks: readonly Buffer[]): SystemEntry {
  const type = header.type === 'directory' ? 'folder' : header.type === 'symlink' ? 'link' : 'file';
  return {
    type,
    mode: type === 'link' ? 0o777 : (header.mode ?? 0) & 0o7777,
    uid: header.uid ?? 0,
    gid: header.gid ?? 0,
    content: type === 'file' ? Buffer.concat(chunks) : NOTHING,
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
