import type { Hash } from 'node:crypto';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { extract, type Header, pack } from 'tar-stream';
import { HuxleyError } from '../model/error.ts';
import type { FileEntry } from '../model/file.ts';
import type { CopyLimits } from './port.ts';

/** Adds files to a hash, each with its name, mode and length, so that no two lists of files give the same bytes. */
export function hashFiles(hash: Hash, files: readonly FileEntry[]): void {
  for (const { path, content, executable } of files)
    hash.update(`\0${path}\0${executable}\0${content.byteLength}\0`).update(content);
}

/** Whether a path is relative, `/`-separated and free of `.` and `..` segments, as a FileEntry's must be. */
export function isPlainPath(path: string): boolean {
  return (
    path !== '' &&
    !path.includes('\0') &&
    path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}

/** A tar of files under folders. Every folder on the way gets an entry of its own with `folderMode`. */
export async function packFiles(
  groups: readonly { readonly folder: string; readonly files: readonly FileEntry[]; readonly folderMode: number }[],
): Promise<Buffer> {
  const tar = pack();
  const folders = new Set<string>();
  const chunks: Buffer[] = [];
  const read = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  })();
  for (const { folder, files, folderMode } of groups) {
    const base = folder.replace(/^\/+|\/+$/g, '');
    for (const file of files) {
      if (!isPlainPath(file.path))
        throw new HuxleyError(
          'sandbox.put',
          `'${file.path}' isn’t a path inside ${folder}`,
          'Use a relative path without . and .. segments.',
        );
      const segments = file.path.split('/');
      for (let depth = 1; depth < segments.length; depth++) {
        const name = posix.join(base, ...segments.slice(0, depth));
        if (folders.has(name)) continue;
        folders.add(name);
        tar.entry({ name, type: 'directory', mode: folderMode });
      }
      const name = posix.join(base, file.path);
      if (file.link !== undefined) tar.entry({ name, type: 'symlink', linkname: file.link });
      else tar.entry({ name, mode: file.executable ? 0o755 : 0o644 }, Buffer.from(file.content));
    }
  }
  tar.finalize();
  await read;
  return Buffer.concat(chunks);
}

/** Files of a tar written in a sandbox: what `Container.copyOut` promises, checked entry by entry while it streams. */
export async function unpackFiles(stream: Readable, folder: string, limits: CopyLimits): Promise<FileEntry[]> {
  const files = new Map<string, FileEntry>();
  const links: { readonly path: string; readonly target: string }[] = [];
  const kept: FileEntry[] = [];
  let bytes = 0;
  let entries = 0;
  const tar = extract();
  stream.on('error', (error) => tar.destroy(error));
  stream.pipe(tar);
  for await (const entry of tar) {
    const { header } = entry;
    const path = header.name.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
    const file = header.type === 'file' || header.type === 'contiguous-file';
    if (++entries > limits.maxFiles * 2 + 10) refuse(folder, `more than ${limits.maxFiles} files`);
    if (path === '' || path === '.') {
      entry.resume();
      continue;
    }
    if (path.includes('\uFFFD') || !isPlainPath(path))
      refuse(folder, `the name '${printable(path)}' is not plain UTF-8`);
    if (header.type === 'symlink' && limits.links)
      kept.push({ path, link: header.linkname ?? '', executable: false, content: new Uint8Array() });
    else if (header.type === 'link' || header.type === 'symlink')
      links.push({ path, target: targetOf(folder, path, header) });
    else if (!file && header.type !== 'directory') refuse(folder, `'${printable(path)}' is a ${header.type}`);
    bytes += header.size ?? 0;
    if (bytes > limits.maxBytes) refuse(folder, `more than ${limits.maxBytes} bytes`);
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (file) files.set(path, { path, content: Buffer.concat(chunks), executable: ((header.mode ?? 0) & 0o100) !== 0 });
  }
  for (const { path, target } of links) {
    const source = files.get(target);
    if (source === undefined) continue;
    bytes += source.content.byteLength;
    if (bytes > limits.maxBytes) refuse(folder, `more than ${limits.maxBytes} bytes`);
    files.set(path, { ...source, path });
  }
  for (const link of kept) {
    const target = posix.relative(folder, posix.resolve(folder, posix.dirname(link.path), link.link!));
    files.set(link.path, { ...link, content: files.get(target)?.content ?? link.content });
  }
  if (files.size > limits.maxFiles) refuse(folder, `more than ${limits.maxFiles} files`);
  return [...files.values()];
}

function targetOf(folder: string, path: string, { type, linkname }: Header): string {
  const name = linkname ?? '';
  if (type === 'link') return name.replace(/^(\.\/)+/, '');
  const absolute = posix.resolve(folder, posix.dirname(path), name);
  const target = posix.relative(folder, absolute);
  if (target.startsWith('..') || posix.isAbsolute(target))
    refuse(folder, `the link '${printable(path)}' leads out of it`);
  return target;
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 120);
}

function refuse(folder: string, why: string): never {
  throw new HuxleyError(
    'sandbox.take',
    `Files of ${folder} are refused: ${why}`,
    'Leave only regular files of moderate size in the workspace.',
  );
}
