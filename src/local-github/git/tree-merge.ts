import { parseTree, type TreeEntry, treeContent } from './tree.ts';

/** Reads and writes tree objects. */
export interface Trees {
  read(sha: string): Promise<Buffer>;
  write(content: Buffer): Promise<string>;
}

/**
 * Merges two trees whose sides only added and changed files, no file on both sides. That is every merge without a
 * decision in it; `undefined` for all others (a removal may be half a rename), which are git's to make.
 */
export async function mergeTreesSimply(
  trees: Trees,
  base: string,
  ours: string,
  theirs: string,
): Promise<string | undefined> {
  const unremoved = (await keepsAll(trees, base, ours)) && (await keepsAll(trees, base, theirs));
  return unremoved ? mergeTrees(trees, base, ours, theirs) : undefined;
}

async function mergeTrees(trees: Trees, base: string, ours: string, theirs: string): Promise<string | undefined> {
  if (ours === theirs || theirs === base) return ours;
  if (ours === base) return theirs;
  const [old, left, right] = await Promise.all([base, ours, theirs].map(async (sha) => byName(await trees.read(sha))));
  const merged: TreeEntry[] = [];
  for (const name of new Set([...left!.keys(), ...right!.keys()])) {
    const entry = await mergeEntry(trees, old!.get(name), left!.get(name), right!.get(name));
    if (entry === undefined) return undefined;
    merged.push(entry);
  }
  return trees.write(treeContent(merged));
}

async function mergeEntry(
  trees: Trees,
  base: TreeEntry | undefined,
  ours: TreeEntry | undefined,
  theirs: TreeEntry | undefined,
): Promise<TreeEntry | undefined> {
  if (ours === undefined || theirs === undefined) return base === undefined ? (ours ?? theirs) : undefined;
  if (base === undefined) return same(ours, theirs) ? ours : undefined;
  if ([base, ours, theirs].every(({ type }) => type === 'tree')) {
    const sha = await mergeTrees(trees, base.sha, ours.sha, theirs.sha);
    return sha === undefined ? undefined : { ...ours, sha };
  }
  if (same(ours, theirs) || same(theirs, base)) return ours;
  return same(ours, base) ? theirs : undefined;
}

/** Whether nothing of one tree is missing from another, at any depth. */
async function keepsAll(trees: Trees, before: string, after: string): Promise<boolean> {
  if (before === after) return true;
  const [old, now] = await Promise.all([trees.read(before), trees.read(after)]);
  const entries = byName(now);
  for (const entry of parseTree(old)) {
    const kept = entries.get(entry.name);
    if (kept === undefined || kept.type !== entry.type) return false;
    if (entry.type === 'tree' && !(await keepsAll(trees, entry.sha, kept.sha))) return false;
  }
  return true;
}

const byName = (content: Buffer) => new Map(parseTree(content).map((entry) => [entry.name, entry]));
const same = (a: TreeEntry, b: TreeEntry) => a.sha === b.sha && a.mode === b.mode;
