import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile } from '../../../files/replace-file.ts';
import { HuxleyError } from '../../../model/error.ts';

/** A file that the set-up wants. */
export interface WantedFile {
  readonly path: string;
  readonly text: string;
  /** What is there with its gaps filled, where it may be completed; `text` stands where nothing is there. */
  readonly complete?: (there: string) => string;
}

export interface PlannedFile {
  readonly path: string;
  readonly text: string;
  /** `new` and `completed` are written; `same` and `differs` are left as they are. */
  readonly state: 'new' | 'completed' | 'same' | 'differs';
  /** How what stays differs from what is wanted, a line each: `- ` is there, `+ ` would be. */
  readonly differences: readonly string[];
}

/** What becomes of each wanted file in a checkout. @throws HuxleyError `init.blocked` where a folder is in a file's place, or the reverse */
export function planFiles(root: string, wanted: readonly WantedFile[]): readonly PlannedFile[] {
  return wanted.map(({ path, text, complete = (there) => there }): PlannedFile => {
    const full = join(root, path);
    mustHaveRoom(root, path);
    if (!existsSync(full)) return { path, text, state: 'new', differences: [] };
    const there = readFileSync(full, 'utf8');
    const completed = complete(there);
    const differences = differencesOf(completed, text);
    const rest = differences.length === 0 ? 'same' : 'differs';
    return { path, text: completed, state: completed === there ? rest : 'completed', differences };
  });
}

function mustHaveRoom(root: string, path: string): void {
  const parts = path.split('/');
  for (const [index] of parts.entries()) {
    const part = parts.slice(0, index + 1).join('/');
    const isFile = index === parts.length - 1;
    const facts = statSync(join(root, part), { throwIfNoEntry: false });
    if (facts && facts.isDirectory() === isFile)
      throw new HuxleyError(
        'init.blocked',
        `${part} is a ${isFile ? 'folder' : 'file'}, and a ${isFile ? 'file' : 'folder'} of that name is needed`,
        'Move it away, and run this again.',
      );
  }
}

export const isWritten = ({ state }: PlannedFile) => state === 'new' || state === 'completed';

export async function writeFiles(root: string, files: readonly PlannedFile[]): Promise<void> {
  for (const { path, text, state } of files.filter(isWritten)) {
    const full = join(root, path);
    await mkdir(dirname(full), { recursive: true });
    const mode = path.endsWith('.sh') ? 0o755 : 0o644;
    if (state === 'new') await writeFile(full, text, { mode, flag: 'wx' });
    else await replaceFile(full, text);
  }
}

const MOST_SHOWN = 8;

/** Lines, comments and empty ones left out, that one text has and the other has not. */
function differencesOf(there: string, wanted: string): readonly string[] {
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => line.replace(/(^|\s)#.*$/, '').trimEnd())
      .filter((line) => line.trim() !== '');
  const [mine, theirs] = [lines(wanted), lines(there)];
  const all = [
    ...without(theirs, mine).map((line) => `- ${line}`),
    ...without(mine, theirs).map((line) => `+ ${line}`),
  ];
  return all.length > MOST_SHOWN ? [...all.slice(0, MOST_SHOWN), `… ${all.length - MOST_SHOWN} more lines`] : all;
}

/** Lines of the first that the second lacks, or has less often. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const rest = [...others];
  return lines
    .filter((line) => {
      const at = rest.indexOf(line);
      if (at >= 0) rest.splice(at, 1);
      return at < 0;
    })
    .map((line) => line.trim());
}
