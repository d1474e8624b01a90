type Folder = Map<string, Folder | null>;

function draw(folder: Folder, indent: string): string[] {
  const rank = ([name, child]: [string, Folder | null]) => name + (child ? '' : '');
  const entries = [...folder].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return entries.flatMap(([name, child], i) => {
    const last = i === entries.length - 1;
    const label = name;
    const inner = child;
    const line = `${indent}${last ? '└─ ' : '├─ '}${label}${inner ? '/' : ''}`;
    return [line, ...(inner ? draw(inner, indent + (last ? '   ' : '│  ')) : [])];
  });
}

export function tree(paths: readonly string[]): string[] {
  const root: Folder = new Map();
  for (const path of paths) {
    const parts = path.split('/');
    const file = parts.pop()!;
    let folder = root;
    for (const part of parts) {
      const next = folder.get(part) ?? new Map();
      folder.set(part, next);
      folder = next;
    }
    if (file !== '' && !folder.has(file)) folder.set(file, null);
  }
  return draw(root, '');
}
