import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';

const MAX_FILES = 2_000;
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Every regular file under a folder, sorted by path. An absent folder holds none.
 * @throws HuxleyError `suite.file` for links, devices, names that are not UTF-8, more than 2,000 files or 32 MiB.
 */
export async function readFolder(folder: string): Promise<readonly FileEntry[]> {
  const refuse = (path: string, what: string, remedy: string) =>
    new HuxleyError('suite.file', `${join(folder, path)}: ${what}`, remedy);
  const files: FileEntry[] = [];
  let bytes = 0;
  const walk = async (prefix: string): Promise<void> => {
    const entries = await readdir(join(folder, prefix), { withFileTypes: true, encoding: 'buffer' });
    for (const entry of entries) {
      const name = entry.name.toString('utf8');
      const path = prefix === '' ? name : `${prefix}/${name}`;
      if (!Buffer.from(name, 'utf8').equals(entry.name))
        throw refuse(path, 'the file name is not UTF-8', 'Rename the file.');
      if (entry.isDirectory()) {
        await walk(path);
        continue;
      }
      if (!entry.isFile()) throw refuse(path, 'is not a regular file', 'Replace links and devices with regular files.');
      const { size, mode } = await stat(join(folder, path));
      bytes += size;
      if (bytes > MAX_BYTES || files.length >= MAX_FILES)
        throw refuse(path, `the folder holds more than ${MAX_FILES} files or 32 MiB`, 'Make the task smaller.');
      files.push({ path, content: await readFile(join(folder, path)), executable: (mode & 0o111) !== 0 });
    }
  };
  try {
    await walk('');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && files.length === 0) return [];
    throw error;
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
