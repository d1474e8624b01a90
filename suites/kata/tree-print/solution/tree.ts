type Folder = Map<string, Folder | null>;

function draw(folder: Folder, indent: string): string[] {
  const rank = ([name, child]: [string, Folder | null]) => `${child ? 0 : 1}${name}`;
  const entries = [...folder].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return entries.flatMap(([name, child], i) => {
    const last = i === entries.length - 1;
    let label = name;
    let inner = child;
    while (inner?.size === 1) {
      const [next] = inner;
      if (!next![1]) break;
      label += `/${next![0]}`;
      inner = next![1];
    }
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
