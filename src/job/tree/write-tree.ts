import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FileEntry } from '../../model/file.ts';

/** Writes files into a new folder that any user may read, as a container's unprivileged one must. */
export async function writeTree(files: readonly FileEntry[], prefix = 'huxley-agent-'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  try {
    await chmod(folder, 0o755);
    for (const { path, content, executable } of files) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true, mode: 0o755 });
      await writeFile(target, content, { mode: executable ? 0o755 : 0o644 });
    }
    return folder;
  } catch (error) {
    // What was written is of no use, least of all on a full disk.
    await rm(folder, { recursive: true, force: true });
    // `write` names no file, and people must know which disk it is.
    throw error instanceof Error && !('path' in error) ? Object.assign(error, { path: folder }) : error;
  }
}

/** Runs `work` with the files in a folder that is removed afterwards. */
export async function withTree<T>(files: readonly FileEntry[], work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await writeTree(files);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
