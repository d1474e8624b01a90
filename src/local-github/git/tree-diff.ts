import type { GitRepository } from './repository.ts';
import type { TreeEntry } from './tree.ts';

export interface PathChange {
  readonly path: string;
  readonly status: 'added' | 'removed' | 'modified';
}

/** The files that differ between two trees (`null`: the empty one), by object name alone: no renames, no contents read. */
export async function treeDiff(
  git: GitRepository,
  before: string | null,
  after: string | null,
  folder = '',
): Promise<PathChange[]> {
  if (before === after) return [];
  const entries = async (tree: string | null): Promise<readonly TreeEntry[]> =>
    tree === null ? [] : ((await git.tree(tree))?.entries ?? []);
  const [left, right] = await Promise.all([entries(before), entries(after)]);
  const old = new Map(left.map((entry) => [entry.name, entry]));
  const now = new Map(right.map((entry) => [entry.name, entry]));
  const changes = [...new Set([...old.keys(), ...now.keys()])].map(async (name): Promise<PathChange[]> => {
    const [a, b] = [old.get(name), now.get(name)];
    if (a?.sha === b?.sha && a?.mode === b?.mode) return [];
    const path = folder + name;
    const nested = await treeDiff(git, subtree(a), subtree(b), `${path}/`);
    const status = !isFile(a) ? 'added' : !isFile(b) ? 'removed' : 'modified';
    return isFile(a) || isFile(b) ? [{ path, status }, ...nested] : nested;
  });
  return (await Promise.all(changes)).flat();
}

const isFile = (entry: TreeEntry | undefined) => entry !== undefined && entry.type !== 'tree';
const subtree = (entry: TreeEntry | undefined) => (entry?.type === 'tree' ? entry.sha : null);
