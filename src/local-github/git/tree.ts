export interface TreeEntry {
  readonly name: string;
  /** Six octal digits, as GitHub writes them. */
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
}

/** Reads a tree object's content. */
export function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const end = content.indexOf(0, space);
    const mode = content.subarray(at, space).toString('latin1').padStart(6, '0');
    entries.push({
      mode,
      name: content.subarray(space + 1, end).toString('utf8'),
      type: mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob',
      sha: content.subarray(end + 1, end + 21).toString('hex'),
    });
    at = end + 21;
  }
  return entries;
}

/** A tree object's content: entries in git's order, where a folder counts as its name with a slash. */
export function treeContent(entries: readonly TreeEntry[]): Buffer {
  const key = ({ name, type }: TreeEntry) => Buffer.from(type === 'tree' ? `${name}/` : name);
  const sorted = entries.toSorted((a, b) => Buffer.compare(key(a), key(b)));
  return Buffer.concat(
    sorted.flatMap(({ mode, name, sha }) => [
      Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`),
      Buffer.from(sha, 'hex'),
    ]),
  );
}
