import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A checkout, as detection reads it. */
export interface Folder {
  /** Null where there is no such file. */
  read(path: string): string | null;
  has(path: string): boolean;
  /** Names in a folder; none where there is no such folder. */
  list(path: string): readonly string[];
}

export function openFolder(root: string): Folder {
  const factsOf = (path: string) => statSync(join(root, path), { throwIfNoEntry: false });
  return {
    read: (path) => (factsOf(path)?.isFile() ? readFileSync(join(root, path), 'utf8') : null),
    has: (path) => existsSync(join(root, path)),
    list: (path) =>
      factsOf(path)?.isDirectory()
        ? readdirSync(join(root, path), { withFileTypes: true })
            .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
            .sort()
        : [],
  };
}
