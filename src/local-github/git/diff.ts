import type { GitRepository } from './repository.ts';

export interface FileDiff {
  readonly path: string;
  readonly previous: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  /** The blob after the change; before it, for a removed file. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** Unified hunks; `null` for a binary file. */
  readonly patch: string | null;
}

const STATUS = { A: 'added', D: 'removed', M: 'modified', R: 'renamed', T: 'changed' } as const;

/** What changed between two commits or trees, file by file, renames followed. */
export async function diffFiles(git: GitRepository, from: string, to: string): Promise<FileDiff[]> {
  const common = ['diff-tree', '-r', '-M', '--no-color', '--full-index', from, to];
  const [raw, numbers, patches] = await Promise.all([
    git.run([...common, '--raw', '-z', '--no-abbrev']),
    git.run([...common, '--numstat', '-z']),
    git.run([...common, '-p']),
  ]);
  const counts = numstat(numbers.toString('utf8'));
  const texts = splitPatches(patches.toString('utf8'));
  return rawEntries(raw.toString('utf8')).map((entry, index) => ({
    ...entry,
    additions: counts[index]?.[0] ?? 0,
    deletions: counts[index]?.[1] ?? 0,
    patch: texts[index] ?? null,
  }));
}

function rawEntries(text: string): Pick<FileDiff, 'path' | 'previous' | 'status' | 'sha'>[] {
  const fields = text.split('\0');
  const entries = [];
  for (let at = 0; fields[at]?.startsWith(':') === true; ) {
    const [, , before = '', after = '', code = ''] = fields[at]!.slice(1).split(' ');
    const letter = code[0] as keyof typeof STATUS;
    const first = fields[at + 1]!;
    const renamed = letter === 'R';
    entries.push({
      path: renamed ? fields[at + 2]! : first,
      previous: renamed ? first : null,
      status: STATUS[letter],
      sha: letter === 'D' ? before : after,
    });
    at += renamed ? 3 : 2;
  }
  return entries;
}

/** Added and removed lines, in order; binary files count none. */
function numstat(text: string): (readonly [number, number])[] {
  const counts: [number, number][] = [];
  for (const field of text.split('\0')) {
    const match = /^(\d+|-)\t(\d+|-)\t/.exec(field.replace(/^\n/, ''));
    if (match) counts.push([Number(match[1]) || 0, Number(match[2]) || 0]);
  }
  return counts;
}

function splitPatches(text: string): (string | null)[] {
  return text
    .split(/^diff --git .*\n/m)
    .slice(1)
    .map((part) => {
      const start = part.search(/^@@ /m);
      return start < 0 ? null : part.slice(start).replace(/\n$/, '');
    });
}
