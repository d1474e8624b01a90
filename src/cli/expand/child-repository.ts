import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runGit } from '../../job/tree/run-git.ts';
import { writeTree } from '../../job/tree/write-tree.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileChange, FileEntry } from '../../model/file.ts';
import { overlay } from '../../operator/patch/change.ts';

/** Nobody's name and a fixed date: the same agent gives the same commits. */
const IDENTITY = {
  GIT_AUTHOR_NAME: 'Huxley',
  GIT_AUTHOR_EMAIL: 'huxley@localhost',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Huxley',
  GIT_COMMITTER_EMAIL: 'huxley@localhost',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

export interface Committed {
  readonly sha: string;
  readonly tree: string;
}

/** A new git repository with the parent as `v0`. Throws HuxleyError `expand.out` when the folder is taken. */
export async function createRepository(folder: string, parent: readonly FileEntry[]): Promise<Committed> {
  await mkdir(dirname(folder), { recursive: true });
  // Of two that are given one folder, one makes it.
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    throw new HuxleyError('expand.out', `${folder} exists already`, 'Name a folder that does not exist, with --out.');
  });
  await write(folder, parent);
  await runGit(folder, ['init', '-q', '-b', 'v0', '.']);
  return await commit(folder, 'v0: the agent as it was\n');
}

/** The child as a commit on a branch of its own, with its parent's as parent. */
export async function commitChild(
  folder: string,
  branch: string,
  parent: readonly FileEntry[],
  changes: readonly FileChange[],
  message: string,
): Promise<Committed> {
  await runGit(folder, ['checkout', '-q', '-b', branch]);
  await runGit(folder, ['rm', '-r', '-q', '.']);
  await write(folder, overlay(parent, changes));
  return await commit(folder, message);
}

async function write(folder: string, files: readonly FileEntry[]): Promise<void> {
  const temporary = await writeTree(files);
  await cp(temporary, folder, { recursive: true });
  await rm(temporary, { recursive: true, force: true });
}

async function commit(folder: string, message: string): Promise<Committed> {
  await runGit(folder, ['add', '-A', '-f']);
  await runGit(folder, ['commit', '-q', '--allow-empty', '--cleanup=verbatim', '-F', '-'], {
    input: message,
    env: IDENTITY,
  });
  const name = async (what: string) => (await runGit(folder, ['rev-parse', what])).toString().trim();
  return { sha: await name('HEAD'), tree: await name('HEAD^{tree}') };
}
