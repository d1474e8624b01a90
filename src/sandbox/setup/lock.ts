import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HuxleyError } from '../../model/error.ts';
import { isGone, ownerToString, parseOwner, thisProcess } from '../owner.ts';

/** How long to wait for another holder, and what to throw then: by default HuxleyError `setup.lock`. */
interface Patience {
  readonly seconds?: number;
  readonly refusal?: (holder: LockHolder) => HuxleyError;
}

/** Who holds a lock, for people. */
export interface LockHolder {
  /** `Process 4711`, and the machine where it is another one. */
  readonly who: string;
  /** The time it took the lock. */
  readonly since: string;
  /** What a person has to do where nothing here can tell whether it is still at work; else empty. */
  readonly whenGone: string;
}

/** Runs `work` while no other process of this machine holds the lock file; one left by a process that is gone is broken. */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  { seconds = 600, refusal = lockRefusal(path) }: Patience = {},
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const until = Date.now() + seconds * 1000;
  while (!(await acquire(path))) {
    if (await breakIfGone(path)) continue;
    const holder = Date.now() < until ? null : await holderOf(path);
    if (holder !== null) throw refusal(holder);
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

function lockRefusal(path: string) {
  return ({ who, since, whenGone }: LockHolder) =>
    new HuxleyError(
      'setup.lock',
      `${who} has held ${path} since ${since}`,
      `Wait for it, or end it, and try again.${whenGone}`,
    );
}

async function acquire(path: string): Promise<boolean> {
  const staged = `${path}.${randomUUID()}`;
  await writeFile(staged, ownerToString(thisProcess()));
  try {
    await link(staged, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(staged, { force: true });
  }
}

/** Moves the file away before it is removed, so that one of several breakers succeeds, and none takes a new holder's. */
async function breakIfGone(path: string): Promise<boolean> {
  const moved = `${path}.${randomUUID()}.stale`;
  try {
    const before = await readFile(path, 'utf8');
    const owner = parseOwner(before);
    if (owner !== undefined && !isGone(owner)) return false;
    await rename(path, moved);
    const isNew = (await readFile(moved, 'utf8')) !== before;
    if (isNew) await link(moved, path);
    return !isNew;
  } catch (error) {
    // Another breaker was faster, or another holder.
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return true;
  } finally {
    await rm(moved, { force: true });
  }
}

async function holderOf(path: string): Promise<LockHolder | null> {
  try {
    const [owner, { mtime }] = [parseOwner(await readFile(path, 'utf8')), await stat(path)];
    if (owner === undefined) return null;
    const here = thisProcess();
    const isNear = owner.host === here.host && owner.namespace === here.namespace;
    return {
      who: `Process ${owner.pid}${owner.host === here.host ? '' : ` of ${owner.host}`}`,
      since: mtime.toISOString().replace('T', ' ').replace(/\..*/, ' UTC'),
      whenGone: isNear ? '' : ` If it is gone, remove ${path}: it ran in another container or on another machine.`,
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return null;
  }
}
