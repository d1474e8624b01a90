import type { ListedFile } from '../../benchmark/tree-digest.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import { runGit } from './run-git.ts';

/**
 * The regular files of a commit or tree, straight from git's objects: no filter, hook or attribute of the repository takes
 * part. Links and submodules are left out.
 */
export async function readTree(repository: string, treeish: string): Promise<readonly FileEntry[]> {
  const listing = await runGit(repository, ['ls-tree', '-r', '-z', '--full-tree', treeish]);
  const entries = listing
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      const match = /^(100644|100755) blob ([0-9a-f]+)\t([\s\S]+)$/.exec(line);
      return match ? [{ executable: match[1] === '100755', object: match[2]!, path: match[3]! }] : [];
    });
  const input = entries.map((entry) => `${entry.object}\n`).join('');
  const contents = splitBatch(await runGit(repository, ['cat-file', '--batch'], { input }));
  return entries.map(({ path, executable }, i) => ({ path, executable, content: contents[i]! }));
}

/** Paths of a tree's links and submodules. */
export async function linksOf(repository: string, treeish: string): Promise<readonly string[]> {
  const listing = await runGit(repository, ['ls-tree', '-r', '-z', '--full-tree', treeish]);
  return listing
    .toString('utf8')
    .split('\0')
    .flatMap((line) => /^(?:120000|160000) \w+ [0-9a-f]+\t([\s\S]+)$/.exec(line)?.[1] ?? []);
}

/** Files and links of a checkout's commit, as git lists them, whoever owns the checkout. */
export async function listTree(checkout: string, treeish: string): Promise<readonly ListedFile[]> {
  const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: checkout };
  const listing = await runGit(checkout, ['ls-tree', '-r', '-z', '--full-tree', treeish], { env });
  return listing
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      const match = /^(\d+) blob ([0-9a-f]+)\t([\s\S]+)$/.exec(line);
      return match ? [{ mode: match[1]!, sha: match[2]!, path: match[3]! }] : [];
    });
}

/** Contents from `git cat-file --batch`: each `<object> blob <size>`, line feed, the bytes, line feed. */
function splitBatch(output: Buffer): Buffer[] {
  const contents: Buffer[] = [];
  for (let at = 0; at < output.length; ) {
    const lineEnd = output.indexOf(10, at);
    const header = output.toString('latin1', at, lineEnd);
    const size = Number(/ blob (\d+)$/.exec(header)?.[1]);
    if (!Number.isSafeInteger(size))
      throw new HuxleyError('job.git', `git does not have the object it lists: ${header}`, 'Fetch the commit again.');
    contents.push(output.subarray(lineEnd + 1, lineEnd + 1 + size));
    at = lineEnd + 1 + size + 1;
  }
  return contents;
}

/** The tree's object name of a commit. */
export async function treeOf(repository: string, commit: string): Promise<string> {
  return (await runGit(repository, ['rev-parse', '--verify', `${commit}^{tree}`])).toString().trim();
}
