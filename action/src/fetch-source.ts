import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SuiteLock } from '../../src/benchmark/suite-lock.ts';
import { huxleyHome } from '../../src/environment/home.ts';
import { runGit } from '../../src/job/tree/run-git.ts';
import { fetchCommits } from './fetch-commits.ts';

/** A checkout of the commit a suite is taken from. It stays under `HUXLEY_HOME` for the jobs to come. The job's token is not used. */
export async function fetchSource(
  { repository, commit }: NonNullable<SuiteLock['source']>,
  temp: string,
  signal: AbortSignal,
): Promise<string> {
  const sources = join(huxleyHome(), 'sources');
  const folder = join(sources, commit);
  if (existsSync(folder)) return folder;
  mkdirSync(sources, { recursive: true });
  const bare = await fetchCommits(repository, '', temp, [commit], signal);
  const partial = mkdtempSync(join(sources, `.${commit}-`));
  try {
    await runGit(bare, [`--work-tree=${partial}`, 'checkout', '-q', commit, '--', '.'], { signal });
    renameSync(partial, folder);
  } catch (error) {
    // Another job was quicker.
    if (!existsSync(folder)) throw error;
  } finally {
    for (const left of [bare, partial]) rmSync(left, { recursive: true, force: true });
  }
  return folder;
}
