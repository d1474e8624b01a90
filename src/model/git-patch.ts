import { textOfBytes } from './bytes.ts';

/** What a patch does to one file, its headers decoded: quoted names, octal escapes, prefixes, line ends. */
export interface PatchedFile {
  /** The file's name on each side; `null` where it is not there. */
  readonly before: string | null;
  readonly after: string | null;
  /** Every name a header gives, with what no tool would write too (`..`, a name that differs from line to line). */
  readonly names: readonly string[];
  /** Every mode a header gives, six octal digits. */
  readonly modes: readonly string[];
  readonly copied: boolean;
  /** `whole`: brings its bytes (`GIT binary patch`). `missing`: is only said to differ, so no tool can make it. */
  readonly binary: 'no' | 'whole' | 'missing';
  /** Added lines, without their mark. */
  readonly added: readonly string[];
  /** The part of the patch that is about this file, as it was. */
  readonly text: string;
}

interface Open {
  readonly lines: string[];
  readonly names: (string | null)[];
  readonly modes: string[];
  readonly added: string[];
  /** Names by the header they come from. */
  git?: readonly [string, string] | undefined;
  old?: string | null;
  new?: string | null;
  from?: string;
  to?: string;
  started: boolean;
  copied: boolean;
  created: boolean;
  deleted: boolean;
  binary: PatchedFile['binary'];
  hunks: number;
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/**
 * Reads a patch as git does, file by file; headers with and without `diff --git`. What stands before the first file belongs to
 * it. Text of hunks is never taken for a header.
 */
export function readPatch(patch: string): readonly PatchedFile[] {
  const files: Open[] = [];
  let current = opened();
  let left = { old: 0, new: 0 };
  const lines = patch.split('\n');
  const begin = () => {
    if (current.started) {
      files.push(current);
      current = opened();
    }
    current.started = true;
  };
  for (const [at, raw] of lines.entries()) {
    const inHunk = left.old > 0 || left.new > 0;
    if (inHunk && isContent(raw, left)) {
      left = { old: left.old - Number(!raw.startsWith('+')), new: left.new - Number(!raw.startsWith('-')) };
      if (raw.startsWith('+')) current.added.push(raw.slice(1));
    } else if (!(raw.startsWith('\\') && current.hunks > 0)) {
      left = { old: 0, new: 0 };
      const line = raw.replace(/\r$/, '');
      const hunk = HUNK.exec(line);
      if (hunk) {
        current.hunks++;
        left = { old: Number(hunk[1] ?? 1), new: Number(hunk[2] ?? 1) };
      } else if (line.startsWith('diff --git ')) begin();
      else if (
        line.startsWith('--- ') &&
        lines[at + 1]?.startsWith('+++ ') &&
        (!current.started || current.old !== undefined)
      )
        begin();
      if (!hunk) readHeader(current, line);
    }
    current.lines.push(raw);
  }
  files.push(current);
  return files.map((file, i) => closed(file, i === files.length - 1));
}

/** The names a patch changes, makes or deletes, what it renames under both; each once. */
export function changedPaths(patch: string): string[] {
  return [...new Set(readPatch(patch).flatMap(touched))];
}

/** The names of a file that a patch changes: what it is renamed from too, what it is copied from not. */
export function touched({ before, after, copied }: PatchedFile): string[] {
  return [...new Set([after, copied ? null : before].filter((name) => name !== null))];
}

/** A text with the hunks of a patched file, at the very lines they name; `undefined` where they do not fit or it is binary. */
export function appliedTo(text: string, { text: patch, binary }: PatchedFile): string | undefined {
  if (binary !== 'no') return undefined;
  const source = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const result: string[] = [];
  let at = 0;
  const lines = patch.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const [, start, count = '1'] = /^@@ -(\d+)(?:,(\d+))? \+/.exec(lines[i]!) ?? [];
    if (start === undefined) continue;
    const from = Number(start) - (count === '0' ? 0 : 1);
    if (from < at) return undefined;
    result.push(...source.slice(at, from));
    at = from;
    for (; /^[ +-]/.test(lines[i + 1] ?? '') || (lines[i + 1] === '' && i + 2 < lines.length); i++) {
      const line = lines[i + 1]!;
      const ended = `${line.slice(1)}${lines[i + 2]?.startsWith('\\') ? '' : '\n'}`;
      if (!line.startsWith('+') && source[at++] !== ended) return undefined;
      if (!line.startsWith('-')) result.push(ended);
      if (lines[i + 2]?.startsWith('\\')) i++;
    }
  }
  return [...result, ...source.slice(at)].join('');
}

function opened(): Open {
  return {
    lines: [],
    names: [],
    modes: [],
    added: [],
    started: false,
    copied: false,
    created: false,
    deleted: false,
    binary: 'no',
    hunks: 0,
  };
}

function isContent(line: string, left: { readonly old: number; readonly new: number }): boolean {
  if (line.startsWith('-')) return left.old > 0;
  if (line.startsWith('+')) return left.new > 0;
  return (line.startsWith(' ') || line === '' || line === '\r') && left.old > 0 && left.new > 0;
}

function readHeader(file: Open, line: string): void {
  const mode = /^(?:new file mode|deleted file mode|new mode|old mode|index [0-9a-f]+\.\.[0-9a-f]+) (\d{6})$/.exec(
    line,
  );
  if (mode) file.modes.push(mode[1]!);
  if (line.startsWith('diff --git ')) {
    file.git = gitNames(line.slice('diff --git '.length));
    file.names.push(...(file.git ?? []));
  } else if (line.startsWith('new file mode ')) file.created = true;
  else if (line.startsWith('deleted file mode ')) file.deleted = true;
  else if (/^(?:rename|copy) (?:from|to) /.test(line)) {
    const [, how, side] = /^(rename|copy) (from|to) /.exec(line)!;
    const name = quotedName(line.slice(`${how} ${side} `.length));
    file[side as 'from' | 'to'] = name;
    file.copied ||= how === 'copy';
    file.names.push(name);
  } else if (/^(?:---|\+\+\+) /.test(line) && file.hunks === 0) {
    const name = sideName(line.slice(4));
    file[line.startsWith('-') ? 'old' : 'new'] = name;
    file.names.push(name);
  } else if (line === 'GIT binary patch') file.binary = 'whole';
  else if (line.startsWith('Binary files ')) readDiffering(file, line);
}

/** `Binary files a/x and b/x differ`: names that no other header need give. */
function readDiffering(file: Open, line: string): void {
  if (file.binary === 'no') file.binary = 'missing';
  const [, before, after] =
    /^Binary files (\/dev\/null|a\/.+|"a\/.+") and (\/dev\/null|b\/.+|"b\/.+") differ$/.exec(line) ?? [];
  if (before === undefined || after === undefined) return;
  file.old ??= sideName(before);
  file.new ??= sideName(after);
  file.names.push(file.old, file.new);
}

function closed(file: Open, last: boolean): PatchedFile {
  const before = file.from ?? (file.old !== undefined ? file.old : (file.git?.[0] ?? null));
  const after = file.to ?? (file.new !== undefined ? file.new : (file.git?.[1] ?? null));
  return {
    before: file.created ? null : before,
    after: file.deleted ? null : after,
    names: [...new Set(file.names.filter((name) => name !== null))],
    modes: file.modes,
    copied: file.copied,
    binary: file.binary,
    added: file.added,
    text: file.lines.join('\n') + (last ? '' : '\n'),
  };
}

/**
 * Both names of a `diff --git` line. Where neither is quoted, a blank may belong to a name: then both are the same, as git
 * writes it whenever no other header names them.
 */
function gitNames(text: string): readonly [string, string] | undefined {
  if (text.startsWith('"')) {
    const first = /^"(?:[^"\\]|\\.)*"/.exec(text)?.[0];
    if (first === undefined) return undefined;
    const rest = text.slice(first.length + 1);
    return [stripped(quotedName(first)), stripped(quotedName(rest))];
  }
  const quoted = / ("(?:[^"\\]|\\.)*")$/.exec(text);
  if (quoted) return [stripped(text.slice(0, quoted.index)), stripped(quotedName(quoted[1]!))];
  const splits = [...text.matchAll(/ /g)].map(
    ({ index }) => [stripped(text.slice(0, index)), stripped(text.slice(index + 1))] as const,
  );
  const at = text.lastIndexOf(' b/');
  return (
    splits.find(([a, b]) => a === b) ??
    (at < 0 ? undefined : [stripped(text.slice(0, at)), stripped(text.slice(at + 1))])
  );
}

/** A name of a `---` or `+++` line: up to a tab, which a date may follow. */
function sideName(text: string): string | null {
  const name = text.startsWith('"') ? quotedName(text) : text.split('\t')[0]!;
  return name === '/dev/null' ? null : stripped(name);
}

/** Without its first folder (`a/`, `b/`), as `-p1` reads names. */
function stripped(name: string): string {
  const slash = name.indexOf('/');
  return slash < 0 ? name : name.slice(slash + 1);
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/** A name as it is, or in git's quotes: C escapes, and bytes in octal. */
function quotedName(text: string): string {
  const inner = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (inner === undefined) return text;
  const bytes: Buffer[] = [];
  for (const [token] of inner.matchAll(/\\[0-7]{1,3}|\\.|[^\\]+/gs)) {
    if (!token.startsWith('\\')) bytes.push(Buffer.from(token));
    else if (/^\\[0-7]/.test(token)) bytes.push(Buffer.from([Number.parseInt(token.slice(1), 8) & 0xff]));
    else bytes.push(Buffer.from([ESCAPES[token[1]!] ?? token.charCodeAt(1)]));
  }
  return textOfBytes(Buffer.concat(bytes));
}
