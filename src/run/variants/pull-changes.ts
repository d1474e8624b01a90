import { createHash } from 'node:crypto';
import type { Forge, TreeFile } from '../../github/forge.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileChange } from '../../model/file.ts';
import type { Sha } from '../../model/ids.ts';
import { inline } from '../../report/text/escape.ts';

/** Files of a pull request that is adopted, at most: each is read. */
const MOST_FILES = 300;

/**
 * What a pull request changes between its merge base and its head, to be done to another tree.
 * @throws HuxleyError `command.patch` where that tree differs in a file it changes, and for what is no text
 */
export async function changesOf(
  forge: Forge,
  { base, head, onto }: { readonly base: Sha; readonly head: Sha; readonly onto: Sha },
): Promise<readonly FileChange[]> {
  const tree = async (sha: Sha) => filesIn(forge, (await forge.commit(sha)).tree);
  const [before, after, there] = [await tree(base), await tree(head), await filesIn(forge, onto)];
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => keyOf(before.get(path)) !== keyOf(after.get(path)),
  );
  if (paths.length > MOST_FILES)
    throw refused(`It changes ${paths.length} files, more than ${MOST_FILES}.`, 'Split it.');
  const changes: FileChange[] = [];
  for (const path of paths) {
    if (keyOf(there.get(path)) !== keyOf(before.get(path)))
      throw refused(
        `${inline(path, 100)} differs between the run’s root and the commit where the pull request began.`,
        'Rebase its branch onto the commit where the run began, or start another run.',
      );
    const now = after.get(path);
    if (now === undefined) changes.push({ path, mode: '100644', content: null });
    else changes.push({ path, mode: modeOf(now), content: await textOf(forge, head, now) });
  }
  return changes;
}

async function filesIn(forge: Forge, tree: Sha): Promise<ReadonlyMap<string, TreeFile>> {
  return new Map((await forge.listFiles(tree)).map((file) => [file.path, file]));
}

function keyOf(file: TreeFile | undefined): string {
  return file === undefined ? '' : `${file.mode} ${file.sha}`;
}

function modeOf({ path, mode }: TreeFile): FileChange['mode'] {
  if (mode === '100644' || mode === '100755') return mode;
  throw refused(`${inline(path, 100)} is a link, which a variant cannot carry.`, 'Commit the file itself.');
}

async function textOf(forge: Forge, head: Sha, { path, sha }: TreeFile): Promise<string> {
  const text = await forge.readFile(path, head);
  const bytes = Buffer.from(text ?? '');
  const name = createHash(sha.length === 40 ? 'sha1' : 'sha256')
    .update(`blob ${bytes.length}\0`)
    .update(bytes);
  if (text !== null && name.digest('hex') === sha) return text;
  throw refused(`${inline(path, 100)} is not UTF-8 text, which a variant cannot carry.`, 'Leave it out.');
}

function refused(message: string, remedy: string): HuxleyError {
  return new HuxleyError('command.patch', message, remedy);
}
