import { HuxleyError } from '../../model/error.ts';

/** Paths a patch in git's format changes, makes or deletes, what it renames under both names; each once. */
export function changedPaths(patch: string): string[] {
  const paths = [...patch.matchAll(/^(?:diff --git a\/.+? b\/|rename from )(.+)$/gm)].map((match) => match[1]!);
  return [...new Set(paths)];
}

/** A patch's lines that are not content: what names files and tells how they change. */
function headerLines(patch: string): string[] {
  const headers: string[] = [];
  let left = { old: 0, new: 0 };
  for (const line of patch.split('\n')) {
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk) left = { old: Number(hunk[1] ?? 1), new: Number(hunk[2] ?? 1) };
    else if (left.old > 0 && line.startsWith('-')) left.old--;
    else if (left.new > 0 && line.startsWith('+')) left.new--;
    else if (left.old > 0 && left.new > 0 && (line === '' || line.startsWith(' ')))
      left = { old: left.old - 1, new: left.new - 1 };
    else if (!line.startsWith('\\')) headers.push(line);
  }
  return headers;
}

/** The first binary file that a patch says is changed without bringing what it becomes: no tool can apply that. */
export function missingBinary(patch: string): string | undefined {
  for (const line of headerLines(patch)) {
    const [, before, after] = /^Binary files (?:a\/)?(.+) and (?:b\/)?(.+) differ$/.exec(line) ?? [];
    if (after !== undefined) return after === '/dev/null' ? before : after;
  }
  return undefined;
}

/** A patch without its parts that touch certain paths. */
export function without(patch: string, drop: (path: string) => boolean): string {
  const parts = patch.split(/^(?=diff --git )/m);
  return parts.filter((part) => changedPaths(part).every((path) => !drop(path))).join('');
}

/**
 * Refuses a patch that reaches outside of the repository or makes anything but regular files.
 * @throws HuxleyError `suite.patch` naming the path.
 */
export function checkPatch(patch: string): void {
  const refuse = (what: string) => {
    throw new HuxleyError(
      'suite.patch',
      `The patch ${what}`,
      'Hand in a patch of regular files inside the repository.',
    );
  };
  const headers = headerLines(patch).join('\n');
  const named = [
    ...headers.matchAll(
      /^(?:diff --git a\/(.+?) b\/(.+)|(?:---|\+\+\+|rename (?:from|to)|copy (?:from|to)) "?(?:[ab]\/)?([^\t\n"]+).*)$/gm,
    ),
  ]
    .flatMap((match) => match.slice(1))
    .filter((path) => path !== undefined && path !== '/dev/null');
  for (const path of named) {
    const parts = path!.split('/');
    if (path!.startsWith('/') || parts.includes('..') || parts.includes('.git') || path!.includes('\\'))
      refuse(`touches ${JSON.stringify(path!.slice(0, 200))}`);
  }
  const mode =
    /^(?:new file mode|new mode|old mode|deleted file mode|index [0-9a-f]+\.\.[0-9a-f]+) (?!100(?:644|755)$)(\d{6})$/m.exec(
      headers,
    );
  if (mode) refuse(`makes an entry of mode ${mode[1]}`);
}
