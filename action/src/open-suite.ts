import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kindOf, type OpenOptions, openSuite } from '../../src/benchmark/kinds.ts';
import type { Suite } from '../../src/benchmark/suite.ts';
import { parseSuiteLock, SUITE_LOCK_PATH } from '../../src/benchmark/suite-lock.ts';
import { digestTree, suiteFolder } from '../../src/benchmark/tree-digest.ts';
import type { Settings } from '../../src/contract/contract.ts';
import { listTree } from '../../src/job/tree/git-tree.ts';
import { fetchSource } from './fetch-source.ts';

/** The suite an order names, from the checkout of the default branch or fetched as the lock there says, with the digest the App knows it by. */
export async function openOrderedSuite(
  { suite: { name, digest, network } }: Settings,
  workspace: string,
  temp: string,
  options: Required<Pick<OpenOptions, 'image' | 'sandbox'>>,
  signal: AbortSignal,
): Promise<Suite> {
  const lock = kindOf(name).locked ? parseSuiteLock(await readLock(workspace), name) : undefined;
  const path = lock?.source && (await fetchSource(lock.source, temp, signal));
  const suite = await openSuite(name, {
    ...options,
    network,
    root: workspace,
    ...(path === undefined ? {} : { path }),
  });
  if (!digest?.startsWith('git:')) return suite;
  const folder = suiteFolder(name);
  const files = (await listTree(workspace, 'HEAD')).filter((file) => file.path.startsWith(folder));
  return { ...suite, digest: digestTree(files) };
}

function readLock(workspace: string): Promise<string | null> {
  return readFile(join(workspace, SUITE_LOCK_PATH), 'utf8').catch(() => null);
}
