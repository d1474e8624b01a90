import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Writes a loose ref as git does: takes its lock file, lets `check` see that it may move (it throws where not), and
 * renames the lock over it. `false` where this needs git itself: a folder in the way, or a lock that is held.
 */
export async function writeRefFile(
  dir: string,
  ref: string,
  after: string,
  check: () => Promise<void>,
): Promise<boolean> {
  const path = join(dir, ref);
  const lock = `${path}.lock`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(lock, 'wx');
    try {
      await file.writeFile(`${after}\n`);
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
  try {
    await check();
    await rename(lock, path);
    return true;
  } catch (error) {
    await rm(lock, { force: true });
    if (['EISDIR', 'ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
