import { HuxleyError } from '../../../model/error.ts';
import { type PatchedFile, readPatch, touched } from '../../../model/git-patch.ts';

/** The first binary file that a patch says is changed without bringing what it becomes: no tool can apply that. */
export function missingBinary(patch: string): string | undefined {
  const missing = readPatch(patch).find(({ binary }) => binary === 'missing');
  return missing && (missing.after ?? missing.before ?? 'a file without a name');
}

/** A patch without its parts that touch certain paths. */
export function without(patch: string, drop: (path: string) => boolean): string {
  const kept = readPatch(patch).filter((file) => !touched(file).some(drop));
  return kept.map(({ text }) => text).join('');
}

/** What a patch adds. */
export function addedLines(patch: string): string {
  return readPatch(patch)
    .flatMap(({ added }) => added)
    .join('\n');
}

/**
 * Refuses a patch that reaches outside of the repository, as every tool does, or makes anything but regular files.
 * @throws HuxleyError `suite.patch` or, where the official chain may apply it, `suite.patch-refused`, naming the path
 */
export function checkPatch(patch: string): void {
  for (const file of readPatch(patch)) {
    const name = file.names.find(isOutside);
    if (name !== undefined) refuse('suite.patch', `touches ${JSON.stringify(name.slice(0, 200))}`);
    const mode = file.modes.find((mode) => mode !== '100644' && mode !== '100755');
    if (mode !== undefined) refuse('suite.patch-refused', `${wordOf(mode)} (${nameOf(file)})`);
  }
}

function isOutside(path: string): boolean {
  const parts = path.split('/');
  return (
    path.startsWith('/') || path.includes('\0') || parts.includes('..') || parts.some((part) => /^\.git$/i.test(part))
  );
}

function wordOf(mode: string): string {
  if (mode === '120000') return 'makes, changes or removes a symbolic link';
  return mode === '160000' ? 'makes or changes a submodule' : `makes an entry of mode ${mode}`;
}

function nameOf({ after, before }: PatchedFile): string {
  return JSON.stringify((after ?? before ?? '').slice(0, 200));
}

function refuse(code: string, what: string): never {
  throw new HuxleyError(code, `The patch ${what}`, 'Submit a patch of regular files inside the repository.');
}
