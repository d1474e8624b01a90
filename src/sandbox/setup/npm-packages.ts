import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntry } from '../../model/file.ts';
import { run } from './run.ts';

/** What a folder's package-lock.json installs, as files under `node_modules`. No install script runs. */
export async function npmPackages(folder: string, home: string): Promise<readonly FileEntry[]> {
  await mkdir(join(home, 'images'), { recursive: true });
  const work = await mkdtemp(join(home, 'images', 'npm-'));
  try {
    for (const name of ['package.json', 'package-lock.json']) await copyFile(join(folder, name), join(work, name));
    await run('npm', [
      'ci',
      ...['--prefix', work, '--ignore-scripts', '--no-bin-links', '--no-audit', '--no-fund', '--loglevel=error'],
    ]);
    const entries = await readdir(join(work, 'node_modules'), { recursive: true, withFileTypes: true });
    return await Promise.all(
      entries
        .filter((entry) => entry.isFile())
        .map(async ({ parentPath, name }) => ({
          path: join(parentPath, name).slice(work.length + 1),
          content: await readFile(join(parentPath, name)),
          executable: false,
        })),
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
