import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HuxleyError } from '../../model/error.ts';
import { isGone, ownerToString, parseOwner, thisProcess } from '../owner.ts';

/**
 * Runs `work` while no other process of this machine holds the lock file; one left by a process that is gone is broken.
 *
 * @param seconds how long to wait for another holder before HuxleyError `setup.lock`
 */
export async function withLock<T>(path: string, work: () => Promise<T>, seconds = 600): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const until = Date.now() + seconds * 1000;
  while (!(await acquire(path))) {
    if (Date.now() > until)
      throw new HuxleyError(
        'setup.lock',
        `Another process has held ${path} for ${seconds} s`,
        'Wait for it, or end it, and try again.',
      );
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<boolean> {
  const staged = `${path}.${randomUUID()}`;
  await writeFile(staged, ownerToString(thisProcess()));
  try {
    await link(staged, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await breakIfGone(path, staged);
    return false;
  } finally {
    await rm(staged, { force: true });
  }
}

/** Moving the file away before removing it lets only one of several breakers succeed. */
async function breakIfGone(path: string, staged: string): Promise<void> {
  try {
    const owner = parseOwner(await readFile(path, 'utf8'));
    if (owner !== undefined && !isGone(owner)) return;
    await rename(path, `${staged}.stale`);
    await rm(`${staged}.stale`, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
