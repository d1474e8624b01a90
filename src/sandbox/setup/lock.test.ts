import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownerToString, thisProcess } from '../owner.ts';
import { withLock } from './lock.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'huxley-lock-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The words of the process that held the lock, and died without letting go of it. */
async function ownerThatDied(): Promise<string> {
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  return ownerToString({ ...thisProcess(), pid: child.pid! });
}

test('whoever comes second is told which process holds the lock, and since when', async () => {
  const path = join(await folder(), 'lock');
  await withLock(path, async () => {
    await expect(withLock(path, async () => undefined, { seconds: 0 })).rejects.toMatchObject({
      code: 'setup.lock',
      message: expect.stringMatching(`^Process ${process.pid} has held ${path} since 20[-0-9]+ [0-9:]+ UTC$`),
      remedy: 'Wait for it, or end it, and try again.',
    });
  });
  expect(await withLock(path, async () => 'free again', { seconds: 0 })).toBe('free again');
});

test('the lock of a process that is gone is broken at once, also by who does not wait', async () => {
  const path = join(await folder(), 'lock');
  for (const left of [await ownerThatDied(), '', 'damaged']) {
    await writeFile(path, left);
    expect(await withLock(path, async () => readFile(path, 'utf8'), { seconds: 0 })).toBe(ownerToString(thisProcess()));
  }
});

test('a holder that cannot be judged from here counts as alive, and the file to remove is named', async () => {
  const path = join(await folder(), 'lock');
  for (const [other, who] of [
    [{ host: 'elsewhere' }, 'Process 7 of elsewhere'],
    [{ namespace: 'pid:[1]' }, 'Process 7'],
  ] as const) {
    await writeFile(path, ownerToString({ ...thisProcess(), pid: 7, ...other }));
    await expect(withLock(path, async () => undefined, { seconds: 0 })).rejects.toMatchObject({
      message: expect.stringContaining(`${who} has held`),
      remedy: expect.stringContaining(`If it is gone, remove ${path}`),
    });
  }
});

test('of many that find a dead one’s lock, one works at a time, and nothing is left', async () => {
  const place = await folder();
  const path = join(place, 'lock');
  await writeFile(path, await ownerThatDied());
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise((done) => setTimeout(done, 5));
    inside--;
  };
  await Promise.all(Array.from({ length: 8 }, () => withLock(path, work)));
  expect(most).toBe(1);
  expect(await readdir(place)).toEqual([]);
});
