import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { HuxleyError, messageOf } from '../../model/error.ts';

/** A folder's regular files as text, by path; `.git` and `node_modules` are left out. */
export function readFolder(folder: string): Record<string, string> {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((path) => !/(^|\/)(\.git|node_modules)\//.test(path));
    return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  } catch (error) {
    throw new HuxleyError(
      'local-github.folder',
      `the folder '${folder}' can not be read: ${messageOf(error)}`,
      "Name a folder that holds the agent's files.",
    );
  }
}
